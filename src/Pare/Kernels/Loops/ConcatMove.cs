using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Joins along an axis: a copy for each input.</summary>
internal sealed class ConcatMove(bool ofBytes) : MoveKernel<Concat>(ofBytes ? "concat.byte" : "concat.f32", ofBytes)
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Concat op, KernelQuery query)
    {
        Shape y = query.Outputs[0].Shape;
        AxisSlices whole = AxisSlices.Of(y, y.Axis(op.Axis));
        return query.ReadsValuesOnly()
            ? new Planned(whole.Outer, whole.Length * whole.Inner * ElementBytes, [.. query.Inputs.Select(x => (int)(x!.Shape.Elements / whole.Outer) * ElementBytes)]) : null;
    }

    private sealed unsafe class Planned(int rows, int length, int[] lengths) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(0.5 * rows * length);

        public override void Run(in KernelArguments arguments)
        {
            int at = 0;
            for (int i = 0; i < lengths.Length; at += lengths[i++])
            {
                fixed (byte* x = arguments.Inputs[i]!.Bytes, y = arguments.Outputs[0].Bytes)
                    RowCopy.Run(x, lengths[i], y + at, length, rows, lengths[i], arguments.Pool);
            }
        }
    }
}
