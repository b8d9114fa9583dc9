using Pare.Kernels.Integer.Elements;
using Pare.Operators;

namespace Pare.Kernels.Integer;

/// <summary>Products of integers of one shape, or of one operand that repeats.</summary>
internal sealed class MultiplyInteger() : IntegerKernel<IntegerMultiply>("multiply-integer")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerMultiply op, KernelQuery query) =>
        query.IsByte(1) && BytePairShape.Of(query.ShapeOf(0), query.ShapeOf(1), query.Outputs[0].Shape) is { } shape
            ? new BytePairs<ByteProduct>(
                query, new ByteProduct(op.Factor), [new(query.Inputs[0]!.DType, op.ZeroA), new(query.Inputs[1]!.DType, op.ZeroB)], shape, op.Result)
            : null;
}
