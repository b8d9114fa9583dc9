using Pare.Encodings;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Quantization;

/// <summary>Fake quantization, in slices of 16,384 numbers. The step is a value, a constant or a weight.</summary>
internal sealed class FakeQuantizeF32() : FloatKernel<FakeQuantize>("fake-quantize.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(FakeQuantize op, KernelQuery query) =>
        query.Weight(0) is null && query.IsFloat(1) ? new Planned(op, query.Outputs[0].Shape.Elements, query.Weight(1)) : null;

    private sealed unsafe class Planned(FakeQuantize op, long count, WeightEncoding? step) : PlannedKernel
    {
        private float _step;

        public override double Seconds => CostModel.Loop(2 * count);

        public override void Pack()
        {
            if (step is not null) _step = step.ToArray()[0];
        }

        public override void Run(in KernelArguments arguments)
        {
            float s = Steps.Of(step is null ? arguments.Input(1)[0] : _step);
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
                arguments.Pool.Run(Job.Slices(count), new Job { X = x, Y = y, Count = count, Step = s, Low = op.LeastLevel, High = op.MostLevel });
        }
    }

    private unsafe struct Job : ISliceJob
    {
        private const int Floats = 1 << 14;
        public float* X;
        public float* Y;
        public long Count;
        public float Step;
        public float Low;
        public float High;

        public static int Slices(long count) => (int)((count + Floats - 1) / Floats);

        public readonly void Execute(int slice, int worker)
        {
            long first = (long)slice * Floats;
            int length = (int)Math.Min(Floats, Count - first);
            Steps.Quantize(new ReadOnlySpan<float>(X + first, length), new Span<float>(Y + first, length), Step, Low, High);
        }
    }
}
