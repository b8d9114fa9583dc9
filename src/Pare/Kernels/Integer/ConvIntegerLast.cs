using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;
using Pare.Operators;

namespace Pare.Kernels.Integer;

/// <summary>Convolutions of integers with channels last, any window and groups, of ONNX's convention; a weight is a constant.</summary>
/// <param name="name">For example "conv-integer.last".</param>
/// <param name="choose">What computes.</param>
internal sealed class ConvIntegerLast(string name, ChooseInstructions choose) : IntegerKernel<IntegerConv>(name)
{
    /// <summary>By C# code.</summary>
    public ConvIntegerLast() : this("conv-integer.last", IntegerTiles.Of) { }

    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerConv op, KernelQuery query)
    {
        if (!query.Layout()!.IsImage(0) || !IntegerWeights.Fit(query) || ConvShapes.OfLast(op.Conv, query.ShapeOf(0), query.ShapeOf(1)) is not { } shape) return null;
        return choose(query) is { } instructions
            ? new IntegerProductPlan(query, new IntegerPixels(Pointwise(shape), query.Inputs[0]!.DType, op.Zero, op.Result, instructions), IntegerOrder.Of(shape), shape) : null;
    }

    // Windows of one pixel without padding: the pixels of all pictures are one column.
    private static ConvShape Pointwise(in ConvShape shape) =>
        shape is { Taps: 1, StrideX: 1, StrideY: 1, PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 }
            ? shape with { Batch = 1, Height = shape.Batch * shape.Height * shape.Width, Width = 1 } : shape;
}
