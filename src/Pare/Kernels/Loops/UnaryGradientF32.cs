using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Gradients of functions of one number; those of common activations in vectors, the others by their scalar formula on all threads.</summary>
internal sealed class UnaryGradientF32() : FloatKernel<UnaryGradient>("unary-gradient.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(UnaryGradient op, KernelQuery query) =>
        query.ReadsValuesOnly() ? new Planned(op.Unary, query.Outputs[0].Shape.Elements) : null;

    private sealed unsafe class Planned(Unary op, long count) : PlannedKernel
    {
        private readonly UnaryLoop? _loop = UnaryLoop.SlopeOf(op.Function);

        public override double Seconds => CostModel.Loop(3 * count, op.Function == UnaryFunctions.Relu ? 0 : _loop is null ? 5 : 0.5);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* dy = arguments.Input(0), at = arguments.Input(1), dx = arguments.Output(0))
            {
                if (op.Function == UnaryFunctions.Relu)
                    Elementwise.Map<RectifierGradient>(dy, at, dx, count, arguments.Pool);
                else if (_loop is not null)
                    _loop.Run(at, dy, dx, count, op.Alpha, op.Beta, arguments.Pool);
                else
                    arguments.Pool.Run(SlopeJob.Slices(count), new SlopeJob { Unary = op, Dy = dy, At = at, Dx = dx, Count = count });
            }
        }
    }

    private unsafe struct SlopeJob : ISliceJob
    {
        private const int SliceFloats = 1 << 13;
        public Unary Unary;
        public float* Dy;
        public float* At;
        public float* Dx;
        public long Count;

        public static int Slices(long count) => (int)((count + SliceFloats - 1) / SliceFloats);

        public readonly void Execute(int slice, int worker)
        {
            Func<double, double, double, double> slope = Unary.Function.SlopeOfOutput ?? Unary.Function.SlopeOfInput!;
            (double alpha, double beta) = (Unary.Alpha, Unary.Beta);
            long end = Math.Min(Count, (slice + 1L) * SliceFloats);
            for (long i = (long)slice * SliceFloats; i < end; i++)
                Dx[i] = (float)(Dy[i] * slope(At[i], alpha, beta));
        }
    }
}
