using System.Runtime.Versioning;
using Pare.Kernels;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer;
using Pare.Kernels.Integer.Products;
using Pare.Operators;

namespace Pare.Jit.Integer;

/// <summary>Depthwise convolutions of integers with channels last whose weights are bytes, of at least 32 channels and windows that are not too large.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ConvDepthwiseIntegerEmitted() : IntegerKernel<IntegerConv>("conv-integer-depthwise.last.emitted")
{
    private const int MostTaps = 64;

    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerConv op, KernelQuery query) =>
        query.Layout()!.IsImage(0) && IntegerWeights.Fit(query) && PanelInstructions.Takes(query)
        && ConvShapes.OfLast(op.Conv, query.ShapeOf(0), query.ShapeOf(1)) is { GroupChannels: 1, GroupOutChannels: 1, Channels: >= 32, Taps: <= MostTaps } shape
            ? new DepthwiseCode(shape, query, op) : null;
}
