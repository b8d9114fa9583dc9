using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>Convolutions of signs with channels last, by planes of pixels.</summary>
internal sealed class ConvBinaryLast() : BitKernel<BinaryConv>("conv-binary.last")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryConv op, KernelQuery query) =>
        ShapeOf(op, query) is { } shape && PlaneConv.Of(shape, op.Result, query.Cpu) is { Fits: true } conv ? new BitPlan<PlaneWeights>(query, conv) : null;
}
