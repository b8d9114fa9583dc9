using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Slices whose cuts are constants.</summary>
internal sealed class SliceMove(bool ofBytes) : AxisGatherKernel<Slice>(ofBytes ? "slice.byte" : "slice.f32", ofBytes)
{
    /// <inheritdoc/>
    protected override int[][] Offsets(Slice op, KernelQuery query) =>
        AxisGather.Offsets(query.ShapeOf(0), SliceAxis.Tables(query.ShapeOf(0), Constants(query, 1)));
}
