using Pare.Operators;

namespace Pare.Kernels.Normalization;

/// <summary>Layer normalization whose scale and bias have exactly the normalized axes.</summary>
internal sealed class LayerNormalizationF32() : FloatKernel<LayerNormalization>("layer-normalization.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(LayerNormalization op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        int length = LayerNormalization.RowLength(x, op.Axis);
        bool own = Enumerable.Range(1, query.Inputs.Length - 1).All(i => !query.Has(i) || query.ShapeOf(i).SequenceEqual(x.Skip(x.Axis(op.Axis))));
        return RowNormPlan.Takes(query) && own ? new RowNormPlan(query, (int)(x.Elements / length), 0, op.Epsilon) : null;
    }
}
