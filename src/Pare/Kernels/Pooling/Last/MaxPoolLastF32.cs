using Pare.Operators;

namespace Pare.Kernels.Pooling.Last;

/// <summary>Maximum pooling of images with channels last.</summary>
internal sealed class MaxPoolLastF32() : FloatKernel<Operators.MaxPool>("max-pool.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.MaxPool op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        return !query.Wants(1) && query.ReadsValuesOnly() && x.Rank == 4 && PoolShapes.Of(op.Window, ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4))) is { } shape
            ? new PixelPool<LargestFold>(shape with { Planes = x.Fixed[0] }, x.Fixed[3], query.Cpu) : null;
    }
}
