using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Gradients of slices whose cuts are constants.</summary>
internal sealed class SliceGradientF32() : AxisGatherKernel<SliceGradient>("slice-gradient.f32")
{
    /// <inheritdoc/>
    protected override int[][] Offsets(SliceGradient op, KernelQuery query) =>
        AxisGather.Offsets(query.ShapeOf(0), AxisGather.Inverse(SliceAxis.Tables(query.Outputs[0].Shape, Constants(query, 2)), query.Outputs[0].Shape));
}
