using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Copies rows of bytes of one length between places with distances of their own; long rows are cut, so that threads share one.</summary>
internal static unsafe class RowCopy
{
    private const int SliceBytes = 1 << 16;

    /// <summary>Longer rows are copied as well by the runtime.</summary>
    private const int LongestShort = 4096;

    /// <summary>y[r yStep + i] = x[r xStep + i], r below <paramref name="rows"/>, i below <paramref name="length"/>.</summary>
    public static void Run(byte* x, nint xStep, byte* y, nint yStep, int rows, int length, WorkerPool pool)
    {
        if (length == 0)
            return;
        int parts = (length + SliceBytes - 1) / SliceBytes, rowsPerSlice = parts > 1 ? 1 : SliceBytes / length;
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
    public static void Copy(byte* x, nint xStep, byte* y, nint yStep, int rows, int length)
    {
        if (length is < 16 or > LongestShort)
        {
            for (; rows > 0; rows--, x += xStep, y += yStep)
                new Span<byte>(x, length).CopyTo(new Span<byte>(y, length));
            return;
        }
        if (Vector512.IsHardwareAccelerated && length >= 64)
        {
            for (; rows > 0; rows--, x += xStep, y += yStep)
            {
                Vector512<byte> last = Vector512.Load(x + length - 64);
                for (int i = 0; i < length - 64; i += 64)
                    Vector512.Load(x + i).Store(y + i);
                last.Store(y + length - 64);
            }
            return;
        }
        if (length < 32)
        {
            for (; rows > 0; rows--, x += xStep, y += yStep)
            {
                Vector128<byte> first = Vector128.Load(x), end = Vector128.Load(x + length - 16);
                first.Store(y);
                end.Store(y + length - 16);
            }
            return;
        }
        for (; rows > 0; rows--, x += xStep, y += yStep)
        {
            Vector256<byte> last = Vector256.Load(x + length - 32);
            for (int i = 0; i < length - 32; i += 32)
                Vector256.Load(x + i).Store(y + i);
            last.Store(y + length - 32);
        }
    }

    private struct Job : ISliceJob
    {
        public byte* X;
        public byte* Y;
        public nint XStep;
        public nint YStep;
        public int Rows;
        public int Length;
        public int Parts;
        public int RowsPerSlice;

        public readonly void Execute(int slice, int worker)
        {
            (int block, int part) = Math.DivRem(slice, Parts);
            int start = part * SliceBytes, count = Math.Min(SliceBytes, Length - start);
            int first = block * RowsPerSlice, rows = Math.Min(Rows, first + RowsPerSlice) - first;
            Copy(X + first * XStep + start, XStep, Y + first * YStep + start, YStep, rows, count);
        }
    }
}
