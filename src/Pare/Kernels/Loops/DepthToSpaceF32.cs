using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Channels spread over blocks: tables whose offsets add up.</summary>
internal sealed class DepthToSpaceF32() : AxisGatherKernel<DepthToSpace>("depth-to-space.f32")
{
    /// <inheritdoc/>
    protected override int[][] Offsets(DepthToSpace op, KernelQuery query) => op.Offsets(query.ShapeOf(0));
}
