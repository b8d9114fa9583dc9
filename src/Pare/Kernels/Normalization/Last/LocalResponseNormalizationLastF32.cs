using Pare.Operators;

namespace Pare.Kernels.Normalization.Last;

/// <summary>Local response normalization of images with channels last.</summary>
internal sealed class LocalResponseNormalizationLastF32() : FloatKernel<LocalResponseNormalization>("lrn.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(LocalResponseNormalization op, KernelQuery query) =>
        query.ReadsValuesOnly() ? new PixelNorm(op, query.ShapeOf(0), query.Cpu, query.Threads) : null;
}
