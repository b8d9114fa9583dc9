using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Local response normalization.</summary>
internal sealed class LocalResponseNormalizationF32() : FloatKernel<LocalResponseNormalization>("lrn.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(LocalResponseNormalization op, KernelQuery query) =>
        query.ReadsValuesOnly() ? new Planned(op, AxisSlices.Of(query.ShapeOf(0), 1)) : null;

    internal static ChannelNorm.Operands Operands(LocalResponseNormalization op, AxisSlices slices) => new()
    {
        Batch = slices.Outer,
        Channels = slices.Length,
        Inner = slices.Inner,
        Size = op.Size,
        Factor = op.Alpha / op.Size,
        Bias = op.Bias,
        Beta = op.Beta,
    };

    private sealed unsafe class Planned(LocalResponseNormalization op, AxisSlices slices) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(2.0 * slices.Outer * slices.Length * slices.Inner, 1 + 0.1 * op.Size);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            {
                ChannelNorm.Operands operands = Operands(op, slices);
                operands.X = x;
                operands.Y = y;
                ChannelNorm.Forward(operands, arguments.Pool);
            }
        }
    }
}
