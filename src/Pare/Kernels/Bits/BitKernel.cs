using Pare.Kernels.Convolutions;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>A kernel for one operator on words of signs. It gives what the operator's definition does, on every processor.</summary>
/// <param name="name">For example "conv-binary.last".</param>
internal abstract class BitKernel<TOperator>(string name) : OperatorKernel<TOperator>(name) where TOperator : Operator
{
    /// <inheritdoc/>
    protected override bool TakesTypes(KernelQuery query) => query.Has(0) && query.Inputs[0]!.DType == DType.U32 && PlaneWeights.Fit(query);

    /// <summary>The sizes of a convolution with channels last; null for one that kernels do not know.</summary>
    protected static ConvShape? ShapeOf(BinaryConv op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0), weight = query.ShapeOf(1);
        if (x.Rank != 4 || !query.Layout()!.IsImage(0) || weight.Elements / weight.Fixed[0] > BinaryResult.MostTerms) return null;
        if (ConvShapes.OfLast(op.Conv, x.With(3, op.InChannels), weight) is not { } shape) return null;
        if (shape.Groups > 1 && shape.GroupChannels % Signs.WordBits != 0) return null;
        // Windows of one pixel without padding: the pixels of all pictures are one row.
        return shape is { Taps: 1, StrideX: 1, StrideY: 1, PadTop: 0, PadLeft: 0, PadBottom: 0, PadRight: 0 }
            ? shape with { Batch = 1, Height = 1, Width = shape.Batch * shape.Height * shape.Width } : shape;
    }

    /// <summary>The rows of a product as pixels.</summary>
    protected static ConvShape? ShapeOf(KernelQuery query)
    {
        Shape x = query.ShapeOf(0), weight = query.ShapeOf(1);
        int k = weight.Fixed[1];
        if (k == 0 || k > BinaryResult.MostTerms) return null;
        return new()
        {
            Batch = 1,
            Channels = k,
            Height = 1,
            Width = (int)(x.Elements / x.Fixed[^1]),
            OutChannels = weight.Fixed[0],
            KernelHeight = 1,
            KernelWidth = 1,
        };
    }
}
