using Pare.Operators;

namespace Pare.Kernels.Pooling.Last;

/// <summary>The gradient of the mean of each channel, of images with channels last: as of one window over the whole picture.</summary>
internal sealed class GlobalAveragePoolGradientLastF32() : FloatKernel<GlobalAveragePoolGradient>("global-average-pool-gradient.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(GlobalAveragePoolGradient op, KernelQuery query)
    {
        Shape x = query.Outputs[0].Shape;
        return query.ReadsValuesOnly() && x.Rank == 4 && query.Layout() is { Images: 1, Results: 1 }
            ? new PixelPoolGradient(Whole(x), x.Fixed[3], largest: false, query.Cpu) : null;
    }

    private static PoolShape Whole(Shape x) => new()
    {
        Planes = x.Fixed[0],
        Height = x.Fixed[1],
        Width = x.Fixed[2],
        KernelHeight = x.Fixed[1],
        KernelWidth = x.Fixed[2],
        OutHeight = 1,
        OutWidth = 1,
    };
}
