using Pare.Operators;

namespace Pare.Kernels.Pooling.Last;

/// <summary>Average pooling of images with channels last.</summary>
internal sealed class AveragePoolLastF32() : FloatKernel<Operators.AveragePool>("average-pool.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.AveragePool op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        return query.ReadsValuesOnly() && x.Rank == 4 && PoolShapes.Of(op.Window, ChannelsLast.Permuted(x, ChannelsLast.ToFirst(4)), op.CountIncludePad) is { } shape
            ? new PixelPool<AddedFold>(shape with { Planes = x.Fixed[0] }, x.Fixed[3], query.Cpu) : null;
    }
}
