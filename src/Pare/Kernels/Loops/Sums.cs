using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Sums over outer and inner axes: y[m] = factor * sum over (o, i) of x[o, m, i]. Bits depend on shapes alone.</summary>
internal static unsafe class Sums
{
    private const int BlockColumns = 64;
    private const int BlockRows = 64;
    private const int SliceFloats = 1 << 14;

    /// <summary>The sums; rows of inner numbers in 64 fixed lanes, then in double, in order.</summary>
    public static void Run(float* x, float* y, BroadcastPattern pattern, double factor, WorkerPool pool)
    {
        long each = (long)pattern.Outer * pattern.Inner;
        int unit = pattern.Inner > 1 ? 1 : BlockColumns;
        int perSlice = (int)Math.Max(unit, SliceFloats / each / unit * unit);
        pool.Run((pattern.Middle + perSlice - 1) / perSlice, new Job { X = x, Y = y, Pattern = pattern, Factor = factor, PerSlice = perSlice });
    }

    // Columns of a matrix: float sums of 64 rows at a time, those in double.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Columns(float* x, nint stride, int rows, int columns, double factor, float* y)
    {
        double* totals = stackalloc double[BlockColumns];
        float* sums = stackalloc float[BlockColumns];
        new Span<double>(totals, BlockColumns).Clear();
        for (int first = 0; first < rows; first += BlockRows)
        {
            new Span<float>(sums, BlockColumns).Clear();
            for (int r = first; r < Math.Min(rows, first + BlockRows); r++)
            {
                float* row = x + r * stride;
                int c = 0;
                for (; c + 8 <= columns; c += 8)
                    (Vector256.Load(sums + c) + Vector256.Load(row + c)).Store(sums + c);
                for (; c < columns; c++)
                    sums[c] += row[c];
            }
            for (int c = 0; c < columns; c++)
                totals[c] += sums[c];
        }
        for (int c = 0; c < columns; c++)
            y[c] = (float)(totals[c] * factor);
    }

    private struct Job : ISliceJob
    {
        public float* X;
        public float* Y;
        public BroadcastPattern Pattern;
        public double Factor;
        public int PerSlice;

        public readonly void Execute(int slice, int worker)
        {
            int end = Math.Min(Pattern.Middle, (slice + 1) * PerSlice);
            nint step = (nint)Pattern.Middle * Pattern.Inner;
            for (int m = slice * PerSlice; m < end; m += Pattern.Inner > 1 ? 1 : BlockColumns)
            {
                if (Pattern.Inner == 1)
                {
                    Columns(X + m, step, Pattern.Outer, Math.Min(BlockColumns, end - m), Factor, Y + m);
                    continue;
                }
                double sum = 0;
                for (int o = 0; o < Pattern.Outer; o++)
                    sum += Lanes.Sum(X + o * step + (nint)m * Pattern.Inner, Pattern.Inner);
                Y[m] = (float)(sum * Factor);
            }
        }
    }
}
