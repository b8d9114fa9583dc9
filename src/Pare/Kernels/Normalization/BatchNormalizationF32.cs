using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Batch normalization with stored statistics: one multiplication and one addition for each number.</summary>
internal sealed class BatchNormalizationF32() : FloatKernel<BatchNormalization>("batch-normalization.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(BatchNormalization op, KernelQuery query) =>
        query.Weight(0) is null && NormParameters.AreFloats(query, 1, 4) ? new StoredNorm(op, query, BatchNormalization.Channels(query.ShapeOf(0))) : null;
}
