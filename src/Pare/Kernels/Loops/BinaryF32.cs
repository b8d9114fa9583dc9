using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Sums, differences, products, quotients and rectifiers of a value with another of its shape, or with one that is repeated along outer and inner axes.</summary>
internal sealed class BinaryF32() : FloatKernel<Binary>("binary.f32")
{
    private static readonly BinaryFunction[] Taken =
    [
        BinaryFunctions.Add, BinaryFunctions.Sub, BinaryFunctions.Mul, BinaryFunctions.Div, PReluFunctions.PRelu, PReluFunctions.Factor, PReluFunctions.Negative,
    ];

    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Binary op, KernelQuery query)
    {
        if (!query.IsFloat(1) || !Taken.Contains(op.Function))
            return null;
        Shape y = query.Outputs[0].Shape;
        if (Patterns(query.ShapeOf(0), query.ShapeOf(1), y) is { } patterns)
            return new Planned(op, query, patterns.A, patterns.B, 1);
        // A number for each channel of each picture: axis by axis where both have the first one.
        bool both = y.Rank > 1 && query.ShapeOf(0) is { } left && query.ShapeOf(1) is { } right && left.Rank == y.Rank && right.Rank == y.Rank && left[0] == y[0] && right[0] == y[0];
        return both && Patterns(query.ShapeOf(0).With(0, 1), query.ShapeOf(1).With(0, 1), y.With(0, 1)) is { } each
            ? new Planned(op, query, each.A, each.B, y.Fixed[0]) : null;
    }

    private static (BroadcastPattern A, BroadcastPattern B)? Patterns(Shape a, Shape b, Shape y) =>
        BroadcastPattern.Of(a, y) is { } left && BroadcastPattern.Of(b, y) is { } right && (left.IsFull || right.IsFull) ? (left, right) : null;

    // The patterns of one of `batch` parts of all operands.
    private sealed unsafe class Planned(Binary op, KernelQuery query, BroadcastPattern a, BroadcastPattern b, int batch) : PlannedKernel
    {
        private readonly long _count = query.Outputs[0].Shape.Elements / batch;
        private PackedFloats? _left;
        private PackedFloats? _right;

        public override long PackedBytes => PackedFloats.BytesOf(query.Weight(0)) + PackedFloats.BytesOf(query.Weight(1));

        public override double Seconds => CostModel.Loop(3 * _count * batch);

        public override void Pack()
        {
            _left = query.Decoded(0);
            _right = query.Decoded(1);
        }

        public override void Run(in KernelArguments arguments)
        {
            Tensor? left = arguments.Inputs[0], right = arguments.Inputs[1];
            fixed (float* x = left is null ? [] : left.Floats, z = right is null ? [] : right.Floats, y = arguments.Output(0))
            {
                RepeatedOperands operands = new()
                {
                    A = _left is null ? x : _left.Floats,
                    B = _right is null ? z : _right.Floats,
                    Y = y,
                    Count = _count,
                    Repeated = a.IsFull ? (b.IsFull ? null : b) : a,
                    RepeatsA = !a.IsFull,
                };
                for (int part = 0; part < batch; part++)
                {
                    Map(operands, arguments.Pool);
                    operands.A += a.IsFull ? _count : a.Middle;
                    operands.B += b.IsFull ? _count : b.Middle;
                    operands.Y += _count;
                }
            }
        }

        private void Map(in RepeatedOperands operands, WorkerPool pool)
        {
            if (op.Function == BinaryFunctions.Add)
                Repeated.Map<AddOperation>(operands, pool);
            else if (op.Function == BinaryFunctions.Sub)
                Repeated.Map<SubtractOperation>(operands, pool);
            else if (op.Function == BinaryFunctions.Mul)
                Repeated.Map<MultiplyOperation>(operands, pool);
            else if (op.Function == BinaryFunctions.Div)
                Repeated.Map<DivideOperation>(operands, pool);
            else if (op.Function == PReluFunctions.PRelu)
                Repeated.Map<PReluOperation>(operands, pool);
            else if (op.Function == PReluFunctions.Factor)
                Repeated.Map<PReluFactorOperation>(operands, pool);
            else
                Repeated.Map<PReluNegativeOperation>(operands, pool);
        }
    }
}
