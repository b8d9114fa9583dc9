using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Pads of every mode whose lengths are constants.</summary>
internal sealed class PadMove(bool ofBytes) : AxisGatherKernel<Pad>(ofBytes ? "pad.byte" : "pad.f32", ofBytes)
{
    /// <inheritdoc/>
    protected override int FillingInput => 2;

    /// <inheritdoc/>
    protected override int[][] Offsets(Pad op, KernelQuery query) => AxisGather.Offsets(
        query.ShapeOf(0), Pad.Tables(op.Mode, query.ShapeOf(0), query.Constants[1]!.ToInt64s(), query.Has(3) ? query.Constants[3]!.ToInt64s() : null));
}
