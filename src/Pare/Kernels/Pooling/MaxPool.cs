using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Intrinsics;
using Pare.Threading;

namespace Pare.Kernels.Pooling;

/// <summary>Maximum pooling, forward and backward; slices of planes. A NaN in a window is the maximum; an empty window gives the lowest number.</summary>
internal static unsafe class MaxPool
{
    private const int SliceFloats = 1 << 14;

    /// <summary>Scratch that <see cref="Forward"/> needs.</summary>
    public static long ForwardScratch(in PoolShape shape, CpuFeatures cpu, int threads) =>
        Folds(shape, cpu) ? threads * (long)sizeof(float) * WindowFold<MaximumFold>.ScratchFloats(shape) : 0;

    /// <summary>Scratch that <see cref="Backward"/> needs.</summary>
    public static long BackwardScratch(in PoolShape shape, CpuFeatures cpu, int threads) =>
        Folds(shape, cpu) ? threads * (long)sizeof(float) * WindowMaximum.ScratchFloats(shape) : 0;

    /// <summary>y = the maximum of each window.</summary>
    public static void Forward(in PoolShape shape, float* x, float* y, float* scratch, CpuFeatures cpu, WorkerPool pool)
    {
        int planes = shape.PlanesPerSlice(SliceFloats);
        bool folds = Folds(shape, cpu);
        pool.Run((shape.Planes + planes - 1) / planes, new ForwardJob
        {
            Shape = shape,
            X = x,
            Y = y,
            PlanesPerSlice = planes,
            Fast = shape.IsTwoByTwo && cpu.HasAvx2,
            Scratch = folds ? scratch : null,
            ScratchFloats = folds ? WindowFold<MaximumFold>.ScratchFloats(shape) : 0,
        });
    }

    /// <summary>dx = dy where the first maximum of its window was, 0 elsewhere; overlapping windows add in the order of outputs.</summary>
    public static void Backward(in PoolShape shape, float* x, float* dy, float* dx, float* scratch, CpuFeatures cpu, WorkerPool pool)
    {
        int planes = shape.PlanesPerSlice(SliceFloats);
        bool folds = Folds(shape, cpu);
        pool.Run((shape.Planes + planes - 1) / planes, new BackwardJob
        {
            Shape = shape,
            X = x,
            Dy = dy,
            Dx = dx,
            PlanesPerSlice = planes,
            Fast = shape.IsTwoByTwo && cpu.HasAvx2,
            Scratch = folds ? scratch : null,
            ScratchFloats = folds ? WindowMaximum.ScratchFloats(shape) : 0,
        });
    }

    private static bool Folds(in PoolShape s, CpuFeatures cpu) => cpu.HasAvx2 && !s.IsTwoByTwo && s.EveryWindowMeetsInput;

    private static void Plane(in PoolShape s, float* x, float* y)
    {
        for (int oy = 0; oy < s.OutHeight; oy++)
        {
            for (int ox = 0; ox < s.OutWidth; ox++)
            {
                int at = Largest(s, x, oy, ox);
                *y++ = at < 0 ? float.MinValue : x[at];
            }
        }
    }

    // The index of the first maximum of a window, or of its first NaN; -1 when the window lies in the padding.
    private static int Largest(in PoolShape s, float* x, int oy, int ox)
    {
        int startY = oy * s.StrideY - s.PadTop, startX = ox * s.StrideX - s.PadLeft, best = -1;
        (int firstY, int endY) = PoolShape.Inside(startY, s.KernelHeight, s.DilationY, s.Height);
        (int firstX, int endX) = PoolShape.Inside(startX, s.KernelWidth, s.DilationX, s.Width);
        for (int ky = firstY; ky < endY; ky++)
        {
            int row = (startY + ky * s.DilationY) * s.Width + startX;
            for (int kx = firstX; kx < endX; kx++)
            {
                int at = row + kx * s.DilationX;
                if (best < 0 || x[at] > x[best] || (float.IsNaN(x[at]) && !float.IsNaN(x[best])))
                    best = at;
            }
        }
        return best;
    }

    // Eight outputs at a time: the maximum of two rows, then of even and odd columns. The last eight overlap those before.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PlaneTwoByTwo(in PoolShape s, float* x, float* y)
    {
        if (!Avx2.IsSupported)
            throw new PlatformNotSupportedException();
        for (int oy = 0; oy < s.OutHeight; oy++, y += s.OutWidth)
        {
            float* top = x + (nint)2 * oy * s.Width;
            float* bottom = top + s.Width;
            int ox = 0;
            while (ox + 8 <= s.OutWidth)
            {
                Vector256<float> left = MaximumFold.Join(Vector256.Load(top + 2 * ox), Vector256.Load(bottom + 2 * ox));
                Vector256<float> right = MaximumFold.Join(Vector256.Load(top + 2 * ox + 8), Vector256.Load(bottom + 2 * ox + 8));
                Vector256<float> max = MaximumFold.Join(Avx.Shuffle(left, right, 0b10_00_10_00), Avx.Shuffle(left, right, 0b11_01_11_01));
                StrideTwo.Order(max).Store(y + ox);
                ox = ox + 8 < s.OutWidth ? Math.Min(ox + 8, s.OutWidth - 8) : s.OutWidth;
            }
            for (; ox < s.OutWidth; ox++)
                y[ox] = MathF.Max(MathF.Max(top[2 * ox], top[2 * ox + 1]), MathF.Max(bottom[2 * ox], bottom[2 * ox + 1]));
        }
    }

    private static void BackwardPlane(in PoolShape s, float* x, float* dy, float* dx)
    {
        new Span<float>(dx, s.PlaneFloats).Clear();
        for (int oy = 0; oy < s.OutHeight; oy++)
        {
            for (int ox = 0; ox < s.OutWidth; ox++, dy++)
            {
                int at = Largest(s, x, oy, ox);
                if (at >= 0)
                    dx[at] += *dy;
            }
        }
    }

    // Windows do not meet, so each writes its four numbers. Vectors hold the columns of four windows; `odd` marks their right columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void BackwardTwoByTwo(in PoolShape s, float* x, float* dy, float* dx)
    {
        if (!Avx2.IsSupported)
            throw new PlatformNotSupportedException();
        if (s.OutHeight * 2 != s.Height || s.OutWidth * 2 != s.Width)
            new Span<float>(dx, s.PlaneFloats).Clear();
        Vector256<float> odd = Vector256.Create(0, -1, 0, -1, 0, -1, 0, -1).AsSingle();
        Vector256<int> twice = Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3);
        for (int oy = 0; oy < s.OutHeight; oy++, dy += s.OutWidth)
        {
            nint row = (nint)2 * oy * s.Width;
            int ox = 0;
            for (; ox + 4 <= s.OutWidth; ox += 4)
            {
                nint at = row + 2 * ox;
                Vector256<float> top = Vector256.Load(x + at), bottom = Vector256.Load(x + at + s.Width);
                Vector256<float> max = Vector256.Max(top, bottom);
                max = Vector256.Max(max, Avx.Permute(max, 0b10_11_00_01));
                Vector256<float> inTop = Vector256.Equals(top, max) | ~Vector256.Equals(top, top);
                Vector256<float> inBottom = Vector256.Equals(bottom, max) | ~Vector256.Equals(bottom, bottom);
                Vector256<float> taken = inTop | Avx.Permute(inTop, 0b10_11_00_01);
                inTop &= ~(Avx.DuplicateEvenIndexed(inTop) & odd);
                inBottom &= ~(taken | (Avx.DuplicateEvenIndexed(inBottom) & odd));
                Vector256<float> g = Avx2.PermuteVar8x32(Vector128.Load(dy + ox).ToVector256Unsafe(), twice);
                (g & inTop).Store(dx + at);
                (g & inBottom).Store(dx + at + s.Width);
            }
            for (; ox < s.OutWidth; ox++)
            {
                nint at = row + 2 * ox;
                int best = Largest(s, x, oy, ox);
                dx[at] = dx[at + 1] = dx[at + s.Width] = dx[at + s.Width + 1] = 0;
                dx[best] = dy[ox];
            }
        }
    }

    private struct ForwardJob : ISliceJob
    {
        public PoolShape Shape;
        public float* X;
        public float* Y;
        public float* Scratch;
        public int ScratchFloats;
        public int PlanesPerSlice;
        public bool Fast;

        public readonly void Execute(int slice, int worker)
        {
            float* scratch = Scratch + worker * (nint)ScratchFloats;
            if (Scratch != null)
                WindowFold<MaximumFold>.Start(Shape, scratch);
            for (int plane = slice * PlanesPerSlice; plane < Math.Min(Shape.Planes, (slice + 1) * PlanesPerSlice); plane++)
            {
                float* x = X + (nint)plane * Shape.PlaneFloats;
                float* y = Y + (nint)plane * Shape.OutPlaneFloats;
                if (Fast)
                    PlaneTwoByTwo(Shape, x, y);
                else if (Scratch != null)
                    WindowFold<MaximumFold>.Plane(Shape, x, y, scratch);
                else
                    Plane(Shape, x, y);
            }
        }
    }

    private struct BackwardJob : ISliceJob
    {
        public PoolShape Shape;
        public float* X;
        public float* Dy;
        public float* Dx;
        public float* Scratch;
        public int ScratchFloats;
        public int PlanesPerSlice;
        public bool Fast;

        public readonly void Execute(int slice, int worker)
        {
            float* scratch = Scratch + worker * (nint)ScratchFloats;
            if (Scratch != null)
                WindowMaximum.Start(Shape, scratch);
            for (int plane = slice * PlanesPerSlice; plane < Math.Min(Shape.Planes, (slice + 1) * PlanesPerSlice); plane++)
            {
                nint start = (nint)plane * Shape.PlaneFloats, outStart = (nint)plane * Shape.OutPlaneFloats;
                if (Fast)
                    BackwardTwoByTwo(Shape, X + start, Dy + outStart, Dx + start);
                else if (Scratch != null)
                    WindowMaximum.Plane(Shape, X + start, Dy + outStart, Dx + start, scratch);
                else
                    BackwardPlane(Shape, X + start, Dy + outStart, Dx + start);
            }
        }
    }
}
