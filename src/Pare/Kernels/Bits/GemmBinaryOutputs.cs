using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>Products of rows of signs, by output channels.</summary>
internal sealed class GemmBinaryOutputs() : BitKernel<BinaryGemm>("gemm-binary-outputs")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BinaryGemm op, KernelQuery query) =>
        ShapeOf(query) is { } shape && OutputConv.Fits(shape) ? new BitPlan<OutputWeights>(query, OutputConv.Of(shape, op.Result, query.Cpu)) : null;
}
