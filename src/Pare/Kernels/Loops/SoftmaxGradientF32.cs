namespace Pare.Kernels.Loops;

/// <summary>The gradient of softmax and of its logarithm along last axes.</summary>
internal sealed class SoftmaxGradientF32() : FloatKernel<Operators.SoftmaxGradient>("softmax-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.SoftmaxGradient op, KernelQuery query)
    {
        AxisSlices slices = op.Softmax.Slices(query.ShapeOf(1));
        return query.ReadsValuesOnly() && slices.Inner == 1 ? new Planned(slices, op.Softmax.Log) : null;
    }

    private sealed unsafe class Planned(AxisSlices slices, bool logarithm) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(3.0 * slices.Outer * slices.Length, logarithm ? 5 : 1);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), y = arguments.Input(1), dx = arguments.Output(0))
                Softmax.RowsBackward(y, dy, dx, slices.Outer, slices.Length, logarithm, arguments.Pool);
        }
    }
}
