using Pare.Runtime;

namespace Pare.Kernels.Loops;

/// <summary>Softmax over rows, forward and backward. Sums run in order, so bits depend on neither level nor threads.</summary>
internal static unsafe class Softmax
{
    private const int SliceFloats = 1 << 12;

    /// <summary>y[r, i] = exp(x[r, i] - max) / sum; with <paramref name="logarithm"/> x[r, i] - max - log(sum). A row with a NaN becomes NaN.</summary>
    public static void Rows(float* x, float* y, int rows, int length, bool logarithm, WorkerPool pool)
    {
        int rowsPerSlice = Math.Max(1, SliceFloats / Math.Max(1, length));
        pool.Run(
            (rows + rowsPerSlice - 1) / rowsPerSlice,
            new Job { X = x, Y = y, Rows = rows, Length = length, RowsPerSlice = rowsPerSlice, Logarithm = logarithm });
    }

    /// <summary>dx = y (dy - sum(dy y)), from the output of <see cref="Rows"/>; of its logarithm dx = dy - exp(y) sum(dy).</summary>
    public static void RowsBackward(float* y, float* dy, float* dx, int rows, int length, bool logarithm, WorkerPool pool)
    {
        int rowsPerSlice = Math.Max(1, SliceFloats / Math.Max(1, length));
        pool.Run(
            (rows + rowsPerSlice - 1) / rowsPerSlice,
            new Job { X = dy, Y = dx, Output = y, Rows = rows, Length = length, RowsPerSlice = rowsPerSlice, Logarithm = logarithm, Backward = true });
    }

    private static void Row(float* x, float* y, int length, bool logarithm)
    {
        float max = float.NegativeInfinity;
        for (int i = 0; i < length; i++)
            max = MathF.Max(max, x[i]);
        float sum = 0;
        for (int i = 0; i < length; i++)
        {
            float e = MathF.Exp(x[i] - max);
            sum += e;
            y[i] = logarithm ? x[i] - max : e;
        }
        float log = logarithm ? MathF.Log(sum) : 0, factor = 1 / sum;
        for (int i = 0; i < length; i++)
            y[i] = logarithm ? y[i] - log : y[i] * factor;
    }

    private static void RowBackward(float* y, float* dy, float* dx, int length, bool logarithm)
    {
        float sum = 0;
        for (int i = 0; i < length; i++)
            sum += logarithm ? dy[i] : dy[i] * y[i];
        for (int i = 0; i < length; i++)
            dx[i] = logarithm ? dy[i] - MathF.Exp(y[i]) * sum : y[i] * (dy[i] - sum);
    }

    private struct Job : ISliceJob
    {
        public float* X;
        public float* Y;
        public float* Output;
        public int Rows;
        public int Length;
        public int RowsPerSlice;
        public bool Logarithm;
        public bool Backward;

        public readonly void Execute(int slice, int worker)
        {
            for (int r = slice * RowsPerSlice; r < Math.Min(Rows, (slice + 1) * RowsPerSlice); r++)
            {
                nint start = (nint)r * Length;
                if (Backward)
                    RowBackward(Output + start, X + start, Y + start, Length, Logarithm);
                else
                    Row(X + start, Y + start, Length, Logarithm);
            }
        }
    }
}
