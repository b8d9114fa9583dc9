using Pare.Operators;

namespace Pare.Kernels.Coded;

/// <summary>MatMul of a matrix, or a stack of them, with one matrix of codes of a few bits, which stay packed. See <see cref="CodedProduct"/>.</summary>
internal sealed class MatMulCodesF32() : FloatKernel<MatMul>("matmul-codes.f32")
{
    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(MatMul op, KernelQuery query)
    {
        if (query.Weight(0) is not null || query.Weight(1) is not { Shape.Rank: 2 } encoding) return null;
        int k = encoding.Shape.Fixed[0], n = encoding.Shape.Fixed[1], m = (int)(query.Outputs[0].Shape.Elements / n);
        return CodedWeight.Of(encoding, 1, query.FlushDenormals) is { } weight
            ? new PlannedCodes(query, new CodedProduct(weight, transposed: false, m, n, k, query.Cpu), bias: -1) : null;
    }
}
