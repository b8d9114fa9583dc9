using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>The gradient of resizing along the last two axes whose scales or sizes are constants, of every mode.</summary>
internal sealed class ResizeGradientF32() : FloatKernel<ResizeGradient>("resize-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(ResizeGradient op, KernelQuery query)
    {
        if (query.Weight(0) is not null || query.KnownFrom(2) is not { } inputs) return null;
        Shape x = query.Outputs[0].Shape, y = query.ShapeOf(0);
        if (x.Rank < 2 || y.Elements == 0) return null;
        ResizeAxis?[] axes = op.Resize.Tables(x, y, inputs, 2);
        return axes[..^2].All(a => a is null)
            ? new Planned(new PlaneResize(axes[^2], axes[^1], x.Fixed[^2], x.Fixed[^1]), (int)(x.Elements / (x.Fixed[^2] * x.Fixed[^1])), query.Threads) : null;
    }

    private sealed unsafe class Planned(PlaneResize plane, int planes, int threads) : PlannedKernel
    {
        public override long ScratchBytes => plane.ScratchBytes(threads);

        public override double Seconds => CostModel.Loop((double)planes * plane.Work);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
                plane.Backward(dy, dx, planes, (float*)scratch, arguments.Pool);
        }
    }
}
