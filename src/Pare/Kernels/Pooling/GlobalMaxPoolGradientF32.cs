
namespace Pare.Kernels.Pooling;

/// <summary>The gradient of the largest number of each channel.</summary>
internal sealed class GlobalMaxPoolGradientF32() : FloatKernel<Operators.GlobalMaxPoolGradient>("global-max-pool-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.GlobalMaxPoolGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() ? new Planned(query.Outputs[0].Shape.Elements, query.ShapeOf(0).Elements) : null;

    private sealed unsafe class Planned(long count, long planes) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(2 * count);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dx = arguments.Output(0))
                GlobalMaximum.Backward(x, dy, dx, (int)planes, (int)(count / planes), arguments.Pool);
        }
    }
}
