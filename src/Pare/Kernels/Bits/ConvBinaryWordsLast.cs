using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>Convolutions of signs with channels last, by words of each pixel: for few pixels.</summary>
internal sealed class ConvBinaryWordsLast() : BitKernel<BinaryConv>("conv-binary-words.last")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryConv op, KernelQuery query) => ShapeOf(op, query) is { } shape && new WordConv(query, shape, op.Result) is { Fits: true } conv ? conv : null;
}
