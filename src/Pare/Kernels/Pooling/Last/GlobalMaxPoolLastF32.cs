namespace Pare.Kernels.Pooling.Last;

/// <summary>The largest number of each channel of images with channels last.</summary>
internal sealed class GlobalMaxPoolLastF32() : FloatKernel<Operators.GlobalMaxPool>("global-max-pool.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Operators.GlobalMaxPool op, KernelQuery query) =>
        query.ReadsValuesOnly() && query.ShapeOf(0) is { Rank: 4, Elements: > 0 } x ? WholePool<LargestFold>.Of(x, query.Cpu) : null;
}
