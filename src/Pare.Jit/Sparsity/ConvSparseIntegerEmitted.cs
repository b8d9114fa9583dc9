using System.Runtime.Versioning;
using Pare.Jit.Integer;
using Pare.Kernels;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer;
using Pare.Kernels.Integer.Products;
using Pare.Operators;

namespace Pare.Jit.Sparsity;

/// <summary>Convolutions of integers with channels last, of one group, whose weights are bytes and mostly 0.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ConvSparseIntegerEmitted() : IntegerKernel<IntegerConv>("conv-integer-sparse.last.emitted")
{
    private const double LeastZeros = 0.6;      // below, nearly every unit of four holds a number
    private const int MostTaps = 256;

    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerConv op, KernelQuery query)
    {
        if (!query.Layout()!.IsImage(0) || !IntegerWeights.Fit(query) || !PanelInstructions.Takes(query)) return null;
        ReadOnlySpan<sbyte> weights = query.Constant(1)!.As<sbyte>();
        if (weights.Count((sbyte)0) < LeastZeros * weights.Length) return null;
        if (ConvShapes.OfLast(op.Conv, query.ShapeOf(0), query.ShapeOf(1)) is not { Groups: 1, Taps: <= MostTaps } shape) return null;
        var layout = new SparseLayout(shape.Validate());
        return new SparseConvCode(layout, SparseWeights.Count(layout, weights), query, op);
    }
}
