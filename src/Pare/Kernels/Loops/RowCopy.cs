using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Copies rows of one length between places with distances of their own; long rows are cut, so that threads share one.</summary>
internal static unsafe class RowCopy
{
    private const int SliceFloats = 1 << 14;

    /// <summary>Longer rows are copied as well by the runtime.</summary>
    private const int LongestShort = 1024;

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

    /// <summary>The same by the calling thread. Short rows, as the channels of pixels, are copied by vectors of which the last overlaps the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* x, nint xStep, float* y, nint yStep, int rows, int length)
    {
        if (length is < 8 or > LongestShort)
        {
            for (; rows > 0; rows--, x += xStep, y += yStep)
                new Span<float>(x, length).CopyTo(new Span<float>(y, length));
            return;
        }
        if (Vector512.IsHardwareAccelerated && length >= 16)
        {
            for (; rows > 0; rows--, x += xStep, y += yStep)
            {
                Vector512<float> last = Vector512.Load(x + length - 16);
                for (int i = 0; i < length - 16; i += 16)
                    Vector512.Load(x + i).Store(y + i);
                last.Store(y + length - 16);
            }
            return;
        }
        for (; rows > 0; rows--, x += xStep, y += yStep)
        {
            Vector256<float> last = Vector256.Load(x + length - 8);
            for (int i = 0; i < length - 8; i += 8)
                Vector256.Load(x + i).Store(y + i);
            last.Store(y + length - 8);
        }
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
            int first = block * RowsPerSlice, rows = Math.Min(Rows, first + RowsPerSlice) - first;
            Copy(X + first * XStep + start, XStep, Y + first * YStep + start, YStep, rows, count);
        }
    }
}
