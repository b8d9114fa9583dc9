using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Functions of one number: activations and other common ones in vectors, the rest by their scalar formula on all threads.</summary>
internal sealed class UnaryF32() : FloatKernel<Unary>("unary.f32")
{
    /// <inheritdoc/>
    protected override PlannedKernel? Plan(Unary op, KernelQuery query) => query.Weight(0) is null ? new Planned(op, query.Outputs[0].Shape.Elements) : null;

    private sealed unsafe class Planned(Unary op, long count) : PlannedKernel
    {
        private readonly UnaryLoop? _loop = UnaryLoop.Of(op.Function);

        public override double Seconds => CostModel.Loop(2 * count, op.Function == UnaryFunctions.Relu ? 0 : _loop is null ? 5 : 0.5);

        public override void Run(in KernelArguments arguments)
        {
            fixed (float* x = arguments.Input(0), y = arguments.Output(0))
            {
                if (op.Function == UnaryFunctions.Relu)
                    Elementwise.Clip(x, y, count, 0, float.PositiveInfinity, arguments.Pool);
                else if (_loop is not null)
                    _loop.Run(x, null, y, count, op.Alpha, op.Beta, arguments.Pool);
                else
                    arguments.Pool.Run(FormulaJob.Slices(count), new FormulaJob { Unary = op, X = x, Y = y, Count = count });
            }
        }
    }

    private unsafe struct FormulaJob : ISliceJob
    {
        private const int SliceFloats = 1 << 13;
        public Unary Unary;
        public float* X;
        public float* Y;
        public long Count;

        public static int Slices(long count) => (int)((count + SliceFloats - 1) / SliceFloats);

        public readonly void Execute(int slice, int worker)
        {
            Func<double, double, double, double> formula = Unary.Function.Real;
            (double alpha, double beta) = (Unary.Alpha, Unary.Beta);
            long end = Math.Min(Count, (slice + 1L) * SliceFloats);
            for (long i = (long)slice * SliceFloats; i < end; i++)
                Y[i] = (float)formula(X[i], alpha, beta);
        }
    }
}
