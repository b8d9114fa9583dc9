using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>Products of rows of signs, by planes of rows: for many rows.</summary>
internal sealed class GemmBinary() : BitKernel<BinaryGemm>("gemm-binary")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryGemm op, KernelQuery query) =>
        ShapeOf(query) is { } shape && PlaneConv.Of(shape, op.Result, query.Cpu) is { Fits: true } conv ? new BitPlan<PlaneWeights>(query, conv) : null;
}
