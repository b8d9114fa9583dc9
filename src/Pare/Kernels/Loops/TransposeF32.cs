using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Transposes: tables whose steps are exchanged.</summary>
internal sealed class TransposeF32() : AxisGatherKernel<Transpose>("transpose.f32")
{
    /// <inheritdoc/>
    protected override int[][] Offsets(Transpose op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        return [.. op.OrderOf(x.Rank).Select(axis => (int[])[.. Enumerable.Range(0, x.Fixed[axis]).Select(i => i * AxisSlices.Of(x, axis).Inner)])];
    }
}
