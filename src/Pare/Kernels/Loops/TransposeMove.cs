using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Transposes: planes where two runs of axes are exchanged, otherwise tables whose steps are exchanged.</summary>
internal sealed class TransposeMove(bool ofBytes) : AxisGatherKernel<Transpose>(ofBytes ? "transpose.byte" : "transpose.f32", ofBytes)
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Transpose op, KernelQuery query) =>
        !OfBytes && query.ReadsValuesOnly() && PlaneTranspose.Of(query.ShapeOf(0), op.OrderOf(query.ShapeOf(0).Rank)) is { } planes ? planes : base.Plan(op, query);

    /// <inheritdoc/>
    protected override int[][] Offsets(Transpose op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        return [.. op.OrderOf(x.Rank).Select(axis => (int[])[.. Enumerable.Range(0, x.Fixed[axis]).Select(i => i * AxisSlices.Of(x, axis).Inner)])];
    }
}
