using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Depthwise;
using Pare.Kernels.Integer.Products;
using Pare.Operators;

namespace Pare.Kernels.Integer;

/// <summary>Depthwise convolutions of integers with channels last, of ONNX's convention; a weight is a constant.</summary>
internal sealed class ConvDepthwiseIntegerLast() : IntegerKernel<IntegerConv>("conv-integer-depthwise.last")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerConv op, KernelQuery query) =>
        query.Layout()!.IsImage(0) && IntegerWeights.Fit(query) && ConvShapes.OfLast(op.Conv, query.ShapeOf(0), query.ShapeOf(1)) is { } shape
        && DepthwiseIntegers.Takes(shape) ? new DepthwiseIntegers(shape, query, op) : null;
}
