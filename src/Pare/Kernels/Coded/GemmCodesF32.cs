using Pare.Kernels.Loops;
using Pare.Operators;

namespace Pare.Kernels.Coded;

/// <summary>Gemm whose b is made of codes of a few bits, which stay packed; c is absent or one number for each column. See <see cref="CodedProduct"/>.</summary>
internal sealed class GemmCodesF32() : FloatKernel<Gemm>("gemm-codes.f32")
{
    /// <inheritdoc/>
    protected override bool TakesEpilogue => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Gemm op, KernelQuery query)
    {
        if (query.Weight(0) is not null || op.Alpha != 1 || (op.TransA && query.Dims(0)[1] != 1)) return null;
        int m = query.Outputs[0].Shape.Fixed[0], n = query.Outputs[0].Shape.Fixed[1], k = query.Dims(0)[op.TransA ? 0 : 1];
        if (query.Has(2))
        {
            BroadcastPattern? add = BroadcastPattern.Of(query.ShapeOf(2), query.Outputs[0].Shape);
            if (!query.IsFloat(2) || op.Beta != 1 || add is not { Inner: 1 } || add.Middle != n) return null;
        }
        return CodedWeight.Of(query.Weight(1), op.TransB ? 0 : 1, query.FlushDenormals) is { } weight
            ? new PlannedCodes(query, new CodedProduct(weight, op.TransB, m, n, k, query.Cpu), query.Has(2) ? 2 : -1) : null;
    }
}
