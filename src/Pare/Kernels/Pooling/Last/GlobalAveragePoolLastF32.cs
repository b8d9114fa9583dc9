namespace Pare.Kernels.Pooling.Last;

/// <summary>The mean of each channel of images with channels last.</summary>
internal sealed class GlobalAveragePoolLastF32() : FloatKernel<Operators.GlobalAveragePool>("global-average-pool.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.GlobalAveragePool op, KernelQuery query) =>
        query.ReadsValuesOnly() && query.ShapeOf(0) is { Rank: 4, Elements: > 0 } x ? WholePool<AddedFold>.Of(x, query.Cpu) : null;
}
