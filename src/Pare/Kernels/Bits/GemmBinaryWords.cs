using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>Products of rows of signs, by words of each row: for few rows.</summary>
internal sealed class GemmBinaryWords() : BitKernel<BinaryGemm>("gemm-binary-words")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryGemm op, KernelQuery query) => ShapeOf(query) is { } shape && new WordConv(query, shape, op.Result) is { Fits: true } conv ? conv : null;
}
