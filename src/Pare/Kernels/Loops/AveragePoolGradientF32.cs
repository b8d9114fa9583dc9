namespace Pare.Kernels.Loops;

/// <summary>The gradient of average pooling over one or two spatial axes.</summary>
internal sealed class AveragePoolGradientF32() : FloatKernel<Operators.AveragePoolGradient>("average-pool-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.AveragePoolGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() && PoolShapes.Of(op.Pool.Window, query.Outputs[0].Shape, op.Pool.CountIncludePad) is { } shape ? new Planned(shape) : null;

    private sealed unsafe class Planned(PoolShape shape) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop((double)shape.Planes * (shape.PlaneFloats + shape.OutPlaneFloats), 1);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), dx = arguments.Output(0))
                AveragePool.Backward(shape, dy, dx, arguments.Pool);
        }
    }
}
