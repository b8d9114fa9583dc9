using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Blocks made channels: tables whose offsets add up.</summary>
internal sealed class SpaceToDepthF32() : AxisGatherKernel<SpaceToDepth>("space-to-depth.f32")
{
    /// <inheritdoc/>
    protected override int[][] Offsets(SpaceToDepth op, KernelQuery query) => op.Offsets(query.ShapeOf(0));
}
