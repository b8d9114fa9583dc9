using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Slices whose cuts are constants.</summary>
internal sealed class SliceF32() : AxisGatherKernel<Slice>("slice.f32")
{
    /// <inheritdoc/>
    protected override int[][] Offsets(Slice op, KernelQuery query) =>
        AxisGather.Offsets(query.ShapeOf(0), SliceAxis.Tables(query.ShapeOf(0), Constants(query, 1)));
}
