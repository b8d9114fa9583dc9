using Pare.Operators;

namespace Pare.Kernels.Normalization.Last;

/// <summary>Batch normalization with stored statistics of images with channels last.</summary>
internal sealed class BatchNormalizationLastF32() : FloatKernel<BatchNormalization>("batch-normalization.last.f32")
{
    /// <inheritdoc/>
    protected override bool ReadsChannelsLast => true;

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormalization op, KernelQuery query) =>
        query.Weight(0) is null && NormParameters.AreFloats(query, 1, 4) ? new StoredNorm(op, query, AxisSlices.Of(query.ShapeOf(0), query.ShapeOf(0).Rank - 1)) : null;
}
