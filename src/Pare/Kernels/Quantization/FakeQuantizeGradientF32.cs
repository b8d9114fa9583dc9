using Pare.Encodings;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Quantization;

/// <summary>The gradients of fake quantization in one pass: slices of 16,384 numbers, their sums in double, in order.</summary>
internal sealed class FakeQuantizeGradientF32() : FloatKernel<FakeQuantizeGradient>("fake-quantize-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(FakeQuantizeGradient op, KernelQuery query) =>
        query.Weight(0) is null && query.Weight(1) is null && query.IsFloat(1) && query.IsFloat(2) ? new Planned(op.Of, query.ShapeOf(1), query.Weight(2)) : null;

    private sealed unsafe class Planned(FakeQuantize of, Shape shape, WeightEncoding? step) : PlannedKernel
    {
        private readonly long _count = shape.Elements;
        private readonly double _factor = FakeQuantizeGradient.Factor(of, shape);
        private float _step;

        public override long ScratchBytes => Job.Slices(_count) * (long)sizeof(double);

        public override double Seconds => CostModel.Loop(3 * _count);

        public override void Pack()
        {
            if (step is not null) _step = step.ToArray()[0];
        }

        public override void Run(in KernelArguments arguments)
        {
            float learned = step is null ? arguments.Input(2)[0] : _step;
            int slices = Job.Slices(_count);
            double sum = 0;
            fixed (float* dy = arguments.Input(0), x = arguments.Input(1), dx = arguments.Output(0))
            fixed (byte* scratch = arguments.Scratch)
            {
                var sums = (double*)scratch;
                arguments.Pool.Run(slices, new Job
                {
                    Dy = dy,
                    X = x,
                    Dx = dx,
                    Sums = sums,
                    Count = _count,
                    Step = Steps.Of(learned),
                    Low = of.LeastLevel,
                    High = of.MostLevel,
                    Rule = of.Rule,
                });
                for (int slice = 0; slice < slices; slice++)
                    sum += sums[slice];
            }
            arguments.Output(1)[0] = (float)(sum * _factor * Steps.Sign(learned));
        }
    }

    private unsafe struct Job : ISliceJob
    {
        private const int Floats = 1 << 14;
        public float* Dy;
        public float* X;
        public float* Dx;
        public double* Sums;
        public long Count;
        public float Step;
        public float Low;
        public float High;
        public StepRule Rule;

        public static int Slices(long count) => (int)((count + Floats - 1) / Floats);

        public readonly void Execute(int slice, int worker)
        {
            long first = (long)slice * Floats;
            int length = (int)Math.Min(Floats, Count - first);
            Sums[slice] = Steps.PullBack(
                new ReadOnlySpan<float>(Dy + first, length), new ReadOnlySpan<float>(X + first, length), new Span<float>(Dx + first, length), Step, Low, High, Rule);
        }
    }
}
