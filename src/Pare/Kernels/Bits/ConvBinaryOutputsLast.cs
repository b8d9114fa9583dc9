using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>Convolutions of signs with channels last, of one group, by output channels: for small pictures.</summary>
internal sealed class ConvBinaryOutputsLast() : BitKernel<BinaryConv>("conv-binary-outputs.last")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryConv op, KernelQuery query) =>
        ShapeOf(op, query) is { } shape && OutputConv.Fits(shape) ? new BitPlan<OutputWeights>(query, OutputConv.Of(shape, op.Result, query.Cpu)) : null;
}
