using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>The cross-entropy of softmax rows; the losses of rows are added in order, in double.</summary>
internal sealed class SoftmaxCrossEntropyF32() : FloatKernel<SoftmaxCrossEntropy>("softmax-cross-entropy.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(SoftmaxCrossEntropy op, KernelQuery query) =>
        query.ReadsValuesOnly() && query.ShapeOf(0).Elements > 0 ? new Planned(op, query.Dims(0)[0], query.Dims(0)[1]) : null;

    private sealed unsafe class Planned(SoftmaxCrossEntropy op, int rows, int classes) : PlannedKernel
    {
        public override long ScratchBytes => rows * (long)sizeof(double);

        public override double Seconds => CostModel.Loop((double)rows * classes, 1);

        public override void Run(in KernelArguments arguments)
        {
            double sum = 0;
            fixed (float* x = arguments.Input(0))
            fixed (byte* scratch = arguments.Scratch)
            {
                CrossEntropy.Forward(x, arguments.Inputs[1]!, (double*)scratch, rows, classes, op.Smoothing, arguments.Pool);
                for (int n = 0; n < rows; n++)
                    sum += ((double*)scratch)[n];
            }
            arguments.Output(0)[0] = (float)(sum / rows);
        }
    }
}
