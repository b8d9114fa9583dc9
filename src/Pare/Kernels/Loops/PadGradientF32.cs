using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Gradients of pads with a constant, whose lengths are constants.</summary>
internal sealed class PadGradientF32() : AxisGatherKernel<PadGradient>("pad-gradient.f32")
{
    /// <inheritdoc/>
    protected override int[][]? Offsets(PadGradient op, KernelQuery query)
    {
        Shape to = query.Outputs[0].Shape;
        return op.Mode != PadMode.Constant ? null : AxisGather.Offsets(
            query.ShapeOf(0),
            AxisGather.Inverse(Pad.Tables(op.Mode, to, query.Constants[2]!.ToInt64s(), query.Has(3) ? query.Constants[3]!.ToInt64s() : null), to));
    }
}
