using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>The gradient of local response normalization.</summary>
internal sealed class LocalResponseNormalizationGradientF32() : FloatKernel<LocalResponseNormalizationGradient>("lrn-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(LocalResponseNormalizationGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() ? new Planned(op.Norm, AxisSlices.Of(query.ShapeOf(1), 1), query.Threads) : null;

    private sealed unsafe class Planned(LocalResponseNormalization norm, AxisSlices slices, int threads) : PlannedKernel
    {
        public override long ScratchBytes => ChannelNorm.ScratchBytes(slices.Length, threads);

        public override double Seconds => CostModel.Loop(3.0 * slices.Outer * slices.Length * slices.Inner, 1 + 0.2 * norm.Size);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dx = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
            {
                ChannelNorm.Operands operands = LocalResponseNormalizationF32.Operands(norm, slices);
                operands.X = x;
                operands.Dy = dy;
                operands.Y = dx;
                operands.Shares = (float*)scratch;
                ChannelNorm.Backward(operands, arguments.Pool);
            }
        }
    }
}
