using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Cuts along an axis: a copy for each output.</summary>
internal sealed class SplitMove(bool ofBytes) : MoveKernel<Split>(ofBytes ? "split.byte" : "split.f32", ofBytes)
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Split op, KernelQuery query)
    {
        Shape x = query.ShapeOf(0);
        AxisSlices whole = AxisSlices.Of(x, x.Axis(op.Axis));
        return query.ReadsValuesOnly() && Enumerable.Range(0, query.Outputs.Length).All(query.Wants)
            ? new Planned(whole.Outer, whole.Length * whole.Inner * ElementBytes, [.. query.Outputs.Select(y => (int)(y.Shape.Elements / whole.Outer) * ElementBytes)]) : null;
    }

    private sealed unsafe class Planned(int rows, int length, int[] lengths) : PlannedKernel
    {
        public override double Seconds => CostModel.Loop(0.5 * rows * length);

        public override void Run(in KernelArguments arguments)
        {
            int at = 0;
            for (int i = 0; i < lengths.Length; at += lengths[i++])
            {
                fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[i].Bytes)
                    RowCopy.Run(x + at, length, y, lengths[i], rows, lengths[i], arguments.Pool);
            }
        }
    }
}
