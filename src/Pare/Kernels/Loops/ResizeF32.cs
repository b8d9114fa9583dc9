using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Resizing whose scales or sizes are constants: the nearest element along any axes, weighted sums along the last two.</summary>
internal sealed class ResizeF32() : FloatKernel<Resize>("resize.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Resize op, KernelQuery query)
    {
        if (query.Weight(0) is not null || query.KnownFrom(1) is not { } inputs) return null;
        Shape x = query.ShapeOf(0), y = query.Outputs[0].Shape;
        if (x.Elements == 0 || x.Rank == 0) return null;
        ResizeAxis?[] axes = op.Tables(x, y, inputs, 1);
        if (op.Mode == Interpolation.Nearest)
            return new AxisGatherPlan(new AxisGather(AxisGather.Offsets(x, [.. axes.Select((a, i) => a?.Index ?? AxisTables.Identity(x.Fixed[i]))])), op.ExtrapolationValue);
        bool lastTwo = x.Rank >= 2 && axes[..^2].All(a => a is null) && axes[^2..].All(a => a?.Index.Contains(-1) != true);
        return lastTwo ? new Weighted(new PlaneResize(axes[^2], axes[^1], x.Fixed[^2], x.Fixed[^1]), (int)(x.Elements / (x.Fixed[^2] * x.Fixed[^1])), query.Threads) : null;
    }

    private sealed unsafe class Weighted(PlaneResize plane, int planes, int threads) : PlannedKernel
    {
        public override long ScratchBytes => plane.ScratchBytes(threads);

        public override double Seconds => CostModel.Loop((double)planes * plane.Work);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                plane.Forward(x, y, planes, (float*)scratch, arguments.Pool);
        }
    }
}
