using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Group normalization.</summary>
internal sealed class GroupNormalizationF32() : FloatKernel<GroupNormalization>("group-normalization.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(GroupNormalization op, KernelQuery query)
    {
        AxisSlices slices = AxisSlices.Of(query.ShapeOf(0), 1);
        int run = op.ScalesGroups ? slices.Length / op.Groups * slices.Inner : slices.Inner;
        return RowNormPlan.Takes(query) ? new RowNormPlan(query, slices.Outer * op.Groups, run, op.Epsilon) : null;
    }
}
