using Pare.Operators;

namespace Pare.Kernels.Pooling.Last;

/// <summary>The gradient of maximum pooling of images with channels last.</summary>
internal sealed class MaxPoolGradientLastF32() : FloatKernel<MaxPoolGradient>("max-pool-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(MaxPoolGradient op, KernelQuery query)
    {
        Shape x = query.ShapeOf(1);
        return query.ReadsValuesOnly() && query.IsFloat(1) && x.Rank == 4 && query.Layout() is { Images: 3, Results: 1 }
            && PoolShapes.Of(op.Pool.Window, ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4))) is { } shape
            ? new PixelPoolGradient(shape with { Planes = x.Fixed[0] }, x.Fixed[3], largest: true, query.Cpu) : null;
    }
}
