using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Instance normalization.</summary>
internal sealed class InstanceNormalizationF32() : FloatKernel<InstanceNormalization>("instance-normalization.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(InstanceNormalization op, KernelQuery query)
    {
        AxisSlices slices = AxisSlices.Of(query.ShapeOf(0), 1);
        return RowNormPlan.Takes(query) ? new RowNormPlan(query, slices.Outer * slices.Length, slices.Inner, op.Epsilon) : null;
    }
}
