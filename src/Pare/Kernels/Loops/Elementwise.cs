using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Loops over numbers that do not meet: bound by memory. Slices of 32,768 numbers.</summary>
/// <remarks>Lanes are independent, so every level gives the same bits. Results may overwrite an operand at the same place.</remarks>
internal static unsafe class Elementwise
{
    private const int SliceFloats = 1 << 15;

    /// <summary>y[i] = operation(a[i], b[i]).</summary>
    public static void Map<TOperation>(float* a, float* b, float* y, long count, WorkerPool pool) where TOperation : struct, IBinary =>
        pool.Run(Slices(count), new BinaryJob<TOperation> { A = a, B = b, Y = y, Count = count });

    /// <summary>y[i] = x[i] clipped to [low, high]; NaN stays. A rectifier is [0, infinity].</summary>
    public static void Clip(float* x, float* y, long count, float low, float high, WorkerPool pool) =>
        pool.Run(Slices(count), new ClipJob { X = x, Y = y, Count = count, Low = low, High = high });

    /// <summary>dx[i] = dy[i] where low is below x[i] and x[i] below high, otherwise 0; 0 at NaN.</summary>
    public static void ClipBackward(float* dy, float* x, float* dx, long count, float low, float high, WorkerPool pool) =>
        pool.Run(Slices(count), new ClipJob { X = x, Dy = dy, Y = dx, Count = count, Low = low, High = high });

    /// <summary>dx[i] = factor (a[i] - b[i]).</summary>
    public static void ScaledDifference(float* a, float* b, float* dx, long count, float factor, WorkerPool pool) =>
        pool.Run(Slices(count), new DifferenceJob { A = a, B = b, Y = dx, Count = count, Factor = factor });

    /// <summary>y[i, c, j] = x[i, c, j] * scale[c] + shift[c] (rounded once), j below <paramref name="inner"/>: batch normalization at inference.</summary>
    public static void ScaleShift(float* x, float* scale, float* shift, float* y, int outer, int channels, int inner, WorkerPool pool)
    {
        int perSlice = (int)Math.Clamp(SliceFloats / ((long)channels * inner), 1, Math.Max(1, outer));
        pool.Run((outer + perSlice - 1) / perSlice, new ScaleShiftJob
        {
            X = x,
            Scale = scale,
            Shift = shift,
            Y = y,
            Outer = outer,
            OuterPerSlice = perSlice,
            Channels = channels,
            Inner = inner,
        });
    }

    private static int Slices(long count) => (int)((count + SliceFloats - 1) / SliceFloats);

    private static void Range(int slice, long count, out long first, out int length)
    {
        first = (long)slice * SliceFloats;
        length = (int)Math.Min(SliceFloats, count - first);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MapRow<TOperation>(float* a, float* b, float* y, int count) where TOperation : struct, IBinary
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
            TOperation.Apply(Vector256.Load(a + i), Vector256.Load(b + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = TOperation.Apply(a[i], b[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClipRow(float* x, float* y, int count, float low, float high)
    {
        Vector256<float> lows = Vector256.Create(low), highs = Vector256.Create(high);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MinNative(highs, Vector256.MaxNative(lows, Vector256.Load(x + i))).Store(y + i);
        for (; i < count; i++)
            y[i] = x[i] < low ? low : x[i] > high ? high : x[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ClipBackwardRow(float* dy, float* x, float* dx, int count, float low, float high)
    {
        Vector256<float> lows = Vector256.Create(low), highs = Vector256.Create(high);
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> at = Vector256.Load(x + i);
            (Vector256.Load(dy + i) & Vector256.GreaterThan(at, lows) & Vector256.LessThan(at, highs)).Store(dx + i);
        }
        for (; i < count; i++)
            dx[i] = x[i] > low && x[i] < high ? dy[i] : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DifferenceRow(float* a, float* b, float* y, int count, float factor)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
            ((Vector256.Load(a + i) - Vector256.Load(b + i)) * factor).Store(y + i);
        for (; i < count; i++)
            y[i] = (a[i] - b[i]) * factor;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AffineRow(float* x, float scale, float shift, float* y, int count)
    {
        Vector256<float> scales = Vector256.Create(scale), shifts = Vector256.Create(shift);
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(x + i), scales, shifts).Store(y + i);
        for (; i < count; i++)
            y[i] = float.MultiplyAddEstimate(x[i], scale, shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AffineColumns(float* x, float* scale, float* shift, float* y, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
            Vector256.MultiplyAddEstimate(Vector256.Load(x + i), Vector256.Load(scale + i), Vector256.Load(shift + i)).Store(y + i);
        for (; i < count; i++)
            y[i] = float.MultiplyAddEstimate(x[i], scale[i], shift[i]);
    }

    private struct BinaryJob<TOperation> : ISliceJob where TOperation : struct, IBinary
    {
        public float* A;
        public float* B;
        public float* Y;
        public long Count;

        public readonly void Execute(int slice, int worker)
        {
            Range(slice, Count, out long first, out int length);
            MapRow<TOperation>(A + first, B + first, Y + first, length);
        }
    }

    private struct ClipJob : ISliceJob
    {
        public float* X;
        public float* Dy;
        public float* Y;
        public long Count;
        public float Low;
        public float High;

        public readonly void Execute(int slice, int worker)
        {
            Range(slice, Count, out long first, out int length);
            if (Dy != null)
                ClipBackwardRow(Dy + first, X + first, Y + first, length, Low, High);
            else
                ClipRow(X + first, Y + first, length, Low, High);
        }
    }

    private struct DifferenceJob : ISliceJob
    {
        public float* A;
        public float* B;
        public float* Y;
        public long Count;
        public float Factor;

        public readonly void Execute(int slice, int worker)
        {
            Range(slice, Count, out long first, out int length);
            DifferenceRow(A + first, B + first, Y + first, length, Factor);
        }
    }

    private struct ScaleShiftJob : ISliceJob
    {
        public float* X;
        public float* Scale;
        public float* Shift;
        public float* Y;
        public int Outer;
        public int OuterPerSlice;
        public int Channels;
        public int Inner;

        public readonly void Execute(int slice, int worker)
        {
            int end = Math.Min(Outer, (slice + 1) * OuterPerSlice);
            for (int outer = slice * OuterPerSlice; outer < end; outer++)
                Rows((long)outer * Channels * Inner);
        }

        private readonly void Rows(long start)
        {
            if (Inner == 1)
            {
                AffineColumns(X + start, Scale, Shift, Y + start, Channels);
                return;
            }
            for (int c = 0; c < Channels; c++)
                AffineRow(X + start + (long)c * Inner, Scale[c], Shift[c], Y + start + (long)c * Inner, Inner);
        }
    }
}
