using Pare.Kernels.Loops;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Benchmarks;

/// <summary>Functions of one number and their slopes: nanoseconds an element, in vectors and by the scalar formula, for data in the cache.</summary>
internal static unsafe class UnaryBenchmark
{
    private const int Count = 1 << 14, Repeats = 40;

    public static void Run(int threads)
    {
        using NativeBuffer memory = new(3 * Count);
        float* x = memory.Floats, dy = x + Count, y = dy + Count;
        Rng rng = new(1);
        for (int i = 0; i < 2 * Count; i++)
            x[i] = rng.NextSingle() * 12 - 6;
        WorkerPool pool = WorkerPool.Shared(threads);
        foreach (UnaryFunction function in UnaryFunctions.All)
        {
            Unary op = new(function);
            if (UnaryLoop.Of(function) is { } loop)
                Report(op, "", function.Real, () => loop.Run(x, null, y, Count, op.Alpha, op.Beta, pool));
            if (UnaryLoop.SlopeOf(function) is { } slope)
                Report(op, " slope", (function.SlopeOfOutput ?? function.SlopeOfInput)!, () => slope.Run(x, dy, y, Count, op.Alpha, op.Beta, pool));
        }

        void Report(Unary op, string what, Func<double, double, double, double> formula, Action vectors)
        {
            Timing[] timings = Stopwatching.Time(9, processorTime: false, Vectors, Scalars);
            Console.WriteLine($"{op.Name + what,-18} {Nanoseconds(timings[0]),6:F2} ns in vectors, {Nanoseconds(timings[1]),6:F2} ns by the formula");

            void Vectors()
            {
                for (int r = 0; r < Repeats; r++)
                    vectors();
            }

            void Scalars()
            {
                for (int r = 0; r < Repeats; r++)
                    for (int i = 0; i < Count; i++)
                        y[i] = (float)formula(x[i], op.Alpha, op.Beta);
            }
        }
    }

    private static double Nanoseconds(Timing timing) => timing.Best * 1e9 / Count / Repeats;
}
