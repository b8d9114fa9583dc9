namespace Pare.Kernels.Loops;

/// <summary>Softmax and its logarithm along last axes.</summary>
internal sealed class SoftmaxF32() : FloatKernel<Operators.Softmax>("softmax.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.Softmax op, KernelQuery query)
    {
        AxisSlices slices = op.Slices(query.ShapeOf(0));
        return query.ReadsValuesOnly() && slices.Inner == 1 ? new Planned(slices, op.Log) : null;
    }

    private sealed unsafe class Planned(AxisSlices slices, bool logarithm) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(2.0 * slices.Outer * slices.Length, 5);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
                Softmax.Rows(x, y, slices.Outer, slices.Length, logarithm, arguments.Pool);
        }
    }
}
