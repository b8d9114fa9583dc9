using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Copies rows of one length between places with distances of their own; long rows are cut, so that threads share one.</summary>
internal static unsafe class RowCopy
{
    private const int SliceFloats = 1 << 14;

    /// <summary>y[r yStep + i] = x[r xStep + i], r below <paramref name="rows"/>, i below <paramref name="length"/>.</summary>
    public static void Run(float* x, nint xStep, float* y, nint yStep, int rows, int length, WorkerPool pool)
    {
        if (length == 0)
            return;
        int parts = (length + SliceFloats - 1) / SliceFloats, rowsPerSlice = parts > 1 ? 1 : SliceFloats / length;
        pool.Run((rows + rowsPerSlice - 1) / rowsPerSlice * parts, new Job
        {
            X = x,
            XStep = xStep,
            Y = y,
            YStep = yStep,
            Rows = rows,
            Length = length,
            Parts = parts,
            RowsPerSlice = rowsPerSlice,
        });
    }

    private struct Job : ISliceJob
    {
        public float* X;
        public float* Y;
        public nint XStep;
        public nint YStep;
        public int Rows;
        public int Length;
        public int Parts;
        public int RowsPerSlice;

        public readonly void Execute(int slice, int worker)
        {
            (int block, int part) = Math.DivRem(slice, Parts);
            int start = part * SliceFloats, count = Math.Min(SliceFloats, Length - start);
            for (int row = block * RowsPerSlice; row < Math.Min(Rows, (block + 1) * RowsPerSlice); row++)
                new Span<float>(X + row * XStep + start, count).CopyTo(new Span<float>(Y + row * YStep + start, count));
        }
    }
}
