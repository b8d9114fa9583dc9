using Pare.Kernels.Integer.Elements;
using Pare.Kernels.Integer.Pooling;
using Pare.Kernels.Pooling;
using Pare.Operators;

namespace Pare.Kernels.Integer;

/// <summary>Maximum pooling of integers with channels last.</summary>
internal sealed class MaxPoolIntegerLast() : IntegerKernel<Operators.MaxPool>("max-pool-integer.last")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.MaxPool op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        return !query.Wants(1) && x.Rank == 4 && PoolShapes.Of(op.Window, ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4))) is { EveryWindowMeetsInput: true } shape
            ? new BytePool<LargestByte>(shape with { Planes = x.Fixed[0] }, x.Fixed[3], new ByteFormat(query.Inputs[0]!.DType, 0), 0, default, query.Cpu) : null;
    }
}
