using Pare.Kernels.Integer.Elements;
using Pare.Kernels.Integer.Pooling;
using Pare.Kernels.Integer.Products;
using Pare.Kernels.Pooling;
using Pare.Operators;

namespace Pare.Kernels.Integer;

/// <summary>Means of windows of integers, or of whole pictures, with channels last.</summary>
internal sealed class AveragePoolIntegerLast() : IntegerKernel<IntegerAveragePool>("average-pool-integer.last")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(IntegerAveragePool op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        if (x.Rank != 4) return null;
        Window window = op.Window ?? new Window([x.Fixed[1], x.Fixed[2]]);
        if (PoolShapes.Of(window, ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4)), op.CountIncludePad) is not { EveryWindowMeetsInput: true } shape) return null;
        return new BytePool<ByteMean>(
            shape with { Planes = x.Fixed[0] }, x.Fixed[3], new ByteFormat(query.Inputs[0]!.DType, op.Zero), op.Factor, new ByteRange(op.Result), query.Cpu);
    }
}
