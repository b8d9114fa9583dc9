using Pare.Operators;

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
        BroadcastPattern? a = BroadcastPattern.Of(query.ShapeOf(0), y), b = BroadcastPattern.Of(query.ShapeOf(1), y);
        return a is not null && b is not null && (a.IsFull || b.IsFull) ? new Planned(op, query, a, b) : null;
    }

    private sealed unsafe class Planned(Binary op, KernelQuery query, BroadcastPattern a, BroadcastPattern b) : PlannedKernel
    {
        private readonly long _count = query.Outputs[0].Shape.Elements;
        private PackedFloats? _left;
        private PackedFloats? _right;

        public override long PackedBytes => PackedFloats.BytesOf(query.Weight(0)) + PackedFloats.BytesOf(query.Weight(1));

        public override double Seconds => CostModel.Loop(3 * _count);

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
                if (op.Function == BinaryFunctions.Add)
                    Repeated.Map<AddOperation>(operands, arguments.Pool);
                else if (op.Function == BinaryFunctions.Sub)
                    Repeated.Map<SubtractOperation>(operands, arguments.Pool);
                else if (op.Function == BinaryFunctions.Mul)
                    Repeated.Map<MultiplyOperation>(operands, arguments.Pool);
                else if (op.Function == BinaryFunctions.Div)
                    Repeated.Map<DivideOperation>(operands, arguments.Pool);
                else if (op.Function == PReluFunctions.PRelu)
                    Repeated.Map<PReluOperation>(operands, arguments.Pool);
                else if (op.Function == PReluFunctions.Factor)
                    Repeated.Map<PReluFactorOperation>(operands, arguments.Pool);
                else
                    Repeated.Map<PReluNegativeOperation>(operands, arguments.Pool);
            }
        }
    }
}
