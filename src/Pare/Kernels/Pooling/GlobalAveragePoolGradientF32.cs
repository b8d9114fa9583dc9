
namespace Pare.Kernels.Pooling;

/// <summary>The gradient of the mean of each channel.</summary>
internal sealed class GlobalAveragePoolGradientF32() : FloatKernel<Operators.GlobalAveragePoolGradient>("global-average-pool-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.GlobalAveragePoolGradient op, KernelQuery query) =>
        query.Weight(0) is null ? new Planned(query.Outputs[0].Shape.Elements, query.ShapeOf(0).Elements) : null;

    private sealed unsafe class Planned(long count, long planes) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(count);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0))
                AveragePool.GlobalBackward(dy, dx, (int)planes, (int)(count / planes), arguments.Pool);
        }
    }
}
