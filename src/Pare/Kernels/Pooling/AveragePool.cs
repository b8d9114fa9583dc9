using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Pooling;

/// <summary>Average pooling, forward and backward; slices of planes. An empty window gives 0.</summary>
internal static unsafe class AveragePool
{
    private const int SliceFloats = 1 << 14;

    /// <summary>Scratch that <see cref="Forward"/> needs.</summary>
    public static long ForwardScratch(in PoolShape shape, CpuFeatures cpu, int threads) =>
        cpu.HasAvx2 ? threads * (long)sizeof(float) * WindowFold<MeanFold>.ScratchFloats(shape) : 0;

    /// <summary>Scratch that <see cref="Backward"/> needs.</summary>
    public static long BackwardScratch(in PoolShape shape, CpuFeatures cpu, int threads) =>
        cpu.HasAvx2 && WindowShare.Fits(shape) ? threads * (long)sizeof(float) * WindowShare.ScratchFloats(shape) : 0;

    /// <summary>y = the mean of each window. In vectors, columns are added first; otherwise taps are, in order.</summary>
    public static void Forward(in PoolShape shape, float* x, float* y, float* scratch, CpuFeatures cpu, WorkerPool pool)
    {
        int planes = shape.PlanesPerSlice(SliceFloats);
        pool.Run((shape.Planes + planes - 1) / planes, new Job
        {
            Shape = shape,
            Read = x,
            Written = y,
            PlanesPerSlice = planes,
            Scratch = cpu.HasAvx2 ? scratch : null,
            ScratchFloats = cpu.HasAvx2 ? WindowFold<MeanFold>.ScratchFloats(shape) : 0,
        });
    }

    /// <summary>dx = dy shared among the numbers of its window.</summary>
    public static void Backward(in PoolShape shape, float* dy, float* dx, float* scratch, CpuFeatures cpu, WorkerPool pool)
    {
        int planes = shape.PlanesPerSlice(SliceFloats);
        bool fast = cpu.HasAvx2 && WindowShare.Fits(shape);
        pool.Run((shape.Planes + planes - 1) / planes, new Job
        {
            Shape = shape,
            Read = dy,
            Written = dx,
            PlanesPerSlice = planes,
            Backward = true,
            Scratch = fast ? scratch : null,
            ScratchFloats = fast ? WindowShare.ScratchFloats(shape) : 0,
        });
    }

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
            for (int ox = 0; ox < s.OutWidth; ox++)
            {
                int startX = ox * s.StrideX - s.PadLeft;
                (int firstX, int endX) = PoolShape.Inside(startX, s.KernelWidth, s.DilationX, s.Width);
                float divisor = Math.Max(1, s.RowsCounted(oy) * s.ColumnsCounted(ox)), sum = 0;
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

    private struct Job : ISliceJob
    {
        public PoolShape Shape;
        public float* Read;
        public float* Written;
        public float* Scratch;
        public int ScratchFloats;
        public int PlanesPerSlice;
        public bool Backward;

        public readonly void Execute(int slice, int worker)
        {
            float* scratch = Scratch + worker * (nint)ScratchFloats;
            if (Scratch != null && Backward)
                WindowShare.Start(Shape, scratch);
            else if (Scratch != null)
                WindowFold<MeanFold>.Start(Shape, scratch);
            for (int plane = slice * PlanesPerSlice; plane < Math.Min(Shape.Planes, (slice + 1) * PlanesPerSlice); plane++)
            {
                nint inner = (nint)plane * Shape.PlaneFloats, outer = (nint)plane * Shape.OutPlaneFloats;
                float* read = Read + (Backward ? outer : inner);
                float* written = Written + (Backward ? inner : outer);
                if (Scratch == null)
                    Plane(Shape, read, written, Backward);
                else if (Backward)
                    WindowShare.Plane(Shape, read, written, scratch);
                else
                    WindowFold<MeanFold>.Plane(Shape, read, written, scratch);
            }
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
