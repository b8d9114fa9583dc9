using Pare.Kernels.Products;
using Pare.Runtime;

namespace Pare.Kernels.Loops;

/// <summary>Average pooling, forward and backward; one slice per plane. An empty window gives 0.</summary>
internal static unsafe class AveragePool
{
    /// <summary>y = the mean of each window, taps added in order.</summary>
    public static void Forward(in PoolShape shape, float* x, float* y, WorkerPool pool) =>
        pool.Run(shape.Planes, new Job { Shape = shape, Read = x, Written = y });

    /// <summary>dx = dy shared among the numbers of its window.</summary>
    public static void Backward(in PoolShape shape, float* dy, float* dx, WorkerPool pool) =>
        pool.Run(shape.Planes, new Job { Shape = shape, Read = dy, Written = dx, Backward = true });

    /// <summary>y[p] = the mean of plane p, summed in 64 fixed lanes.</summary>
    public static void Global(float* x, float* y, int planes, int planeFloats, WorkerPool pool) =>
        pool.Run((planes + GlobalJob.Planes - 1) / GlobalJob.Planes, new GlobalJob { X = x, Y = y, Count = planes, PlaneFloats = planeFloats });

    /// <summary>dx[p, i] = dy[p] / the size of a plane.</summary>
    public static void GlobalBackward(float* dy, float* dx, int planes, int planeFloats, WorkerPool pool) =>
        pool.Run(
            (planes + GlobalJob.Planes - 1) / GlobalJob.Planes,
            new GlobalJob { X = dx, Y = dy, Count = planes, PlaneFloats = planeFloats, Backward = true });

    private static void Plane(in PoolShape s, float* read, float* written, bool backward)
    {
        if (backward)
            new Span<float>(written, s.PlaneFloats).Clear();
        for (int oy = 0; oy < s.OutHeight; oy++)
        {
            int startY = oy * s.StrideY - s.PadTop;
            (int firstY, int endY) = PoolShape.Inside(startY, s.KernelHeight, s.DilationY, s.Height);
            int paddedY = s.CountPadding ? CountPadded(startY, s.KernelHeight, s.DilationY, s.Height, s.PadTop, s.PadBottom) : endY - firstY;
            for (int ox = 0; ox < s.OutWidth; ox++)
            {
                int startX = ox * s.StrideX - s.PadLeft;
                (int firstX, int endX) = PoolShape.Inside(startX, s.KernelWidth, s.DilationX, s.Width);
                int paddedX = s.CountPadding ? CountPadded(startX, s.KernelWidth, s.DilationX, s.Width, s.PadLeft, s.PadRight) : endX - firstX;
                float divisor = Math.Max(1, paddedY * paddedX), sum = 0;
                float share = backward ? read[oy * s.OutWidth + ox] / divisor : 0;
                for (int ky = firstY; ky < endY; ky++)
                {
                    int row = (startY + ky * s.DilationY) * s.Width + startX;
                    for (int kx = firstX; kx < endX; kx++)
                    {
                        if (backward)
                            written[row + kx * s.DilationX] += share;
                        else
                            sum += read[row + kx * s.DilationX];
                    }
                }
                if (!backward)
                    written[oy * s.OutWidth + ox] = sum / divisor;
            }
        }
    }

    // Taps within the padded input: a ceiling mode may leave part of a window beyond the padding, which never counts.
    private static int CountPadded(int start, int kernel, int dilation, int size, int before, int after)
    {
        (int first, int end) = PoolShape.Inside(start + before, kernel, dilation, size + before + after);
        return end - first;
    }

    private struct Job : ISliceJob
    {
        public PoolShape Shape;
        public float* Read;
        public float* Written;
        public bool Backward;

        public readonly void Execute(int slice, int worker)
        {
            nint inner = (nint)slice * Shape.PlaneFloats, outer = (nint)slice * Shape.OutPlaneFloats;
            Plane(Shape, Read + (Backward ? outer : inner), Written + (Backward ? inner : outer), Backward);
        }
    }

    private struct GlobalJob : ISliceJob
    {
        public const int Planes = 64;
        public float* X;
        public float* Y;
        public int Count;
        public int PlaneFloats;
        public bool Backward;

        public readonly void Execute(int slice, int worker)
        {
            for (int p = slice * Planes; p < Math.Min(Count, (slice + 1) * Planes); p++)
            {
                float* plane = X + (nint)p * PlaneFloats;
                if (Backward)
                    new Span<float>(plane, PlaneFloats).Fill(Y[p] / PlaneFloats);
                else
                    Y[p] = Lanes.Sum(plane, PlaneFloats) / PlaneFloats;
            }
        }
    }
}
