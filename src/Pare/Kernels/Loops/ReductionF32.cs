using Pare.Operators;

namespace Pare.Kernels.Loops;

/// <summary>Sums and means over axes that leave neighbours: all but one run of axes.</summary>
internal sealed class ReductionF32() : FloatKernel<Reduction>("reduction.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Reduction op, KernelQuery query)
    {
        bool mean = op.Function == ReductionFunction.Mean;
        if ((!mean && op.Function != ReductionFunction.Sum) || query.Weight(0) is not null || (query.Has(1) && query.Constants[1] is null))
            return null;
        Shape x = query.ShapeOf(0);
        bool[] reduced = op.Reduced([.. (query.Has(1) ? query.Constants[1]!.ToInt64s() : []).Select(x.Axis)], x.Rank);
        var kept = new Shape(x.Select((d, axis) => reduced[axis] ? 1 : d));
        return x.Elements > 0 && BroadcastPattern.Of(kept, x) is { } pattern
            ? new Planned(pattern.Middle == 1 ? new BroadcastPattern(1, 1, (int)x.Elements) : pattern, mean) : null;
    }

    private sealed unsafe class Planned(BroadcastPattern pattern, bool mean) : PlannedKernel
    {
        private readonly double _count = (double)pattern.Outer * pattern.Inner;

        public override double Seconds => CostModel.Loop(_count * pattern.Middle);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
                Sums.Run(x, y, pattern, mean ? 1 / _count : 1, arguments.Pool);
        }
    }
}
