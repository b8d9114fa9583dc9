using Pare.Kernels.Integer.Elements;
using Pare.Operators;

namespace Pare.Kernels.Integer;

/// <summary>Sums of integers of one shape, or of one operand that repeats.</summary>
internal sealed class AddInteger() : IntegerKernel<IntegerAdd>("add-integer")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerAdd op, KernelQuery query) =>
        query.IsByte(1) && BytePairShape.Of(query.ShapeOf(0), query.ShapeOf(1), query.Outputs[0].Shape) is { } shape
            ? new BytePairs<ByteSum>(
                query, new ByteSum(op.FactorA, op.FactorB), [new(query.Inputs[0]!.DType, op.ZeroA), new(query.Inputs[1]!.DType, op.ZeroB)], shape, op.Result)
            : null;
}
