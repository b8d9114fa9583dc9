using Pare.Kernels.Convolutions;
using Pare.Kernels.Integer.Products;
using Pare.Operators;

namespace Pare.Kernels.Integer;

/// <summary>Products of integers with a constant matrix, of ONNX's convention: rows are pixels.</summary>
/// <param name="name">For example "gemm-integer".</param>
/// <param name="choose">What computes.</param>
internal sealed class GemmInteger(string name, ChooseInstructions choose) : IntegerKernel<IntegerGemm>(name)
{
    /// <summary>By C# code.</summary>
    public GemmInteger() : this("gemm-integer", IntegerTiles.Of) { }

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerGemm op, KernelQuery query)
    {
        if (!IntegerWeights.Fit(query) || query.ShapeOf(0).Elements == 0 || choose(query) is not { } instructions) return null;
        int k = query.Dims(0)[^1], n = query.Outputs[0].Shape.Fixed[^1];
        ConvShape shape = new() { Batch = 1, Channels = k, Height = (int)(query.ShapeOf(0).Elements / k), Width = 1, OutChannels = n, KernelHeight = 1, KernelWidth = 1 };
        IntegerOrder order = op.TransB ? new IntegerOrder(k, 1, 1) : new IntegerOrder(1, n, 1);
        return new IntegerProductPlan(query, new IntegerPixels(shape, query.Inputs[0]!.DType, op.Zero, op.Result, instructions), order);
    }
}
