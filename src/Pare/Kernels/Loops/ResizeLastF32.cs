using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Resizing of images with channels last, whose scales or sizes are constants: whole pixels, or weighted sums of them.</summary>
internal sealed class ResizeLastF32() : FloatKernel<Resize>("resize.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Resize op, KernelQuery query)
    {
        if (query.Weight(0) is not null || query.ShapeOf(0).Rank != 4 || query.KnownFrom(1) is not { } inputs)
            return null;
        Shape x = query.ShapeOf(0);
        Shape first = ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4)), result = ChannelsLast.Permuted(query.Outputs[0].Shape, ChannelsLast.ToFirst(4));
        ResizeAxis?[] axes = op.Tables(first, result, inputs, 1);
        axes = [.. ChannelsLast.ToLast(4).Select(axis => axes[axis])];
        if (op.Mode == Interpolation.Nearest)
            return new AxisGatherPlan(new AxisGather(AxisGather.Offsets(x, [.. axes.Select((a, i) => a?.Index ?? AxisTables.Identity(x.Fixed[i]))])), op.ExtrapolationValue);
        bool positions = axes[0] is null && axes[3] is null && axes.All(a => a?.Index.Contains(-1) != true);
        return positions ? new PixelResize(axes[1], axes[2], x) : null;
    }
}
