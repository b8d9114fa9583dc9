using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>The gradient of the cross-entropy of softmax rows.</summary>
internal sealed class SoftmaxCrossEntropyGradientF32() : FloatKernel<SoftmaxCrossEntropyGradient>("softmax-cross-entropy-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(SoftmaxCrossEntropyGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() ? new Planned(op, query.Dims(1)[0], query.Dims(1)[1]) : null;

    private sealed unsafe class Planned(SoftmaxCrossEntropyGradient op, int rows, int classes) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(2.0 * rows * classes, 1);

        public override void Run(in KernelArguments arguments)
        {
            double factor = arguments.Input(0)[0] / (double)rows;
            fixed (float* x = arguments.Input(1), dx = arguments.Output(0))
                CrossEntropy.Backward(x, arguments.Inputs[2]!, dx, rows, classes, op.Smoothing, factor, arguments.Pool);
        }
    }
}
