using Pare.Operators;

namespace Pare.Kernels.Pooling.Last;

/// <summary>The gradient of average pooling of images with channels last.</summary>
internal sealed class AveragePoolGradientLastF32() : FloatKernel<AveragePoolGradient>("average-pool-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(AveragePoolGradient op, KernelQuery query)
    {
        Shape x = query.Outputs[0].Shape;
        return query.ReadsValuesOnly() && x.Rank == 4 && query.Layout() is { Images: 1, Results: 1 }
            && PoolShapes.Of(op.Pool.Window, ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4)), op.Pool.CountIncludePad) is { } shape
            ? new PixelPoolGradient(shape with { Planes = x.Fixed[0] }, x.Fixed[3], largest: false, query.Cpu) : null;
    }
}
