using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Transposes: planes where two runs of axes are exchanged, otherwise tables whose steps are exchanged.</summary>
internal sealed class TransposeF32() : AxisGatherKernel<Transpose>("transpose.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Transpose op, KernelQuery query) =>
        query.ReadsValuesOnly() && PlaneTranspose.Of(query.ShapeOf(0), op.OrderOf(query.ShapeOf(0).Rank)) is { } planes ? planes : base.Plan(op, query);

    /// <inheritdoc/>
    protected override int[][] Offsets(Transpose op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        return [.. op.OrderOf(x.Rank).Select(axis => (int[])[.. Enumerable.Range(0, x.Fixed[axis]).Select(i => i * AxisSlices.Of(x, axis).Inner)])];
    }
}
