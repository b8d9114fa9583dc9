using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Threading;

namespace Pare.Kernels.Pooling;

/// <summary>The maximum of whole planes and its gradient; NaN wins. Portable vectors: every level gives the same numbers.</summary>
internal static unsafe class GlobalMaximum
{
    private const int SliceFloats = 1 << 14;

    /// <summary>y[p] = the maximum of plane p; planes hold at least one number.</summary>
    public static void Forward(float* x, float* y, int planes, int planeFloats, WorkerPool pool) =>
        Run(new Job { X = x, Y = y, Planes = planes, PlaneFloats = planeFloats }, pool);

    /// <summary>dx = 0, but dy[p] at the first maximum of plane p.</summary>
    public static void Backward(float* x, float* dy, float* dx, int planes, int planeFloats, WorkerPool pool) =>
        Run(new Job { X = x, Y = dy, Dx = dx, Planes = planes, PlaneFloats = planeFloats }, pool);

    private static void Run(Job job, WorkerPool pool)
    {
        job.PlanesPerSlice = Math.Max(1, SliceFloats / job.PlaneFloats);
        pool.Run((job.Planes + job.PlanesPerSlice - 1) / job.PlanesPerSlice, job);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest(float* x, int count)
    {
        Vector256<float> most = Vector256.Create(float.NegativeInfinity), other = most;
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            most = Vector256.Max(most, Vector256.Load(x + i));
            other = Vector256.Max(other, Vector256.Load(x + i + 8));
        }
        most = Vector256.Max(most, other);
        float largest = most[0];
        for (int lane = 1; lane < 8; lane++)
            largest = MathF.Max(largest, most[lane]);
        for (; i < count; i++)
            largest = MathF.Max(largest, x[i]);
        return largest;
    }

    // The first number that equals the maximum, or the first NaN where that is one.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int First(float* x, int count, float largest)
    {
        Vector256<float> most = Vector256.Create(largest);
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> at = Vector256.Load(x + i);
            uint found = (Vector256.Equals(at, most) | ~Vector256.Equals(at, at)).ExtractMostSignificantBits();
            if (found != 0)
                return i + int.CreateTruncating(uint.TrailingZeroCount(found));
        }
        while (i < count - 1 && x[i] != largest && !float.IsNaN(x[i]))
            i++;
        return i;
    }

    private struct Job : ISliceJob
    {
        public float* X;
        public float* Y;
        public float* Dx;
        public int Planes;
        public int PlaneFloats;
        public int PlanesPerSlice;

        public readonly void Execute(int slice, int worker)
        {
            for (int plane = slice * PlanesPerSlice; plane < Math.Min(Planes, (slice + 1) * PlanesPerSlice); plane++)
            {
                float* x = X + (nint)plane * PlaneFloats;
                float largest = Largest(x, PlaneFloats);
                if (Dx == null)
                {
                    Y[plane] = largest;
                    continue;
                }
                float* dx = Dx + (nint)plane * PlaneFloats;
                new Span<float>(dx, PlaneFloats).Clear();
                dx[First(x, PlaneFloats, largest)] = Y[plane];
            }
        }
    }
}
