using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Intrinsics;
using Pare.Kernels.Loops;

namespace Pare.Kernels.Pooling;

/// <summary>The gradient of average pooling: each number gathers the shares of the windows that hold it, down first, then along. AVX2.</summary>
/// <remarks>
/// Scratch: columns counted [OutWidth]; shares [OutHeight][OutWidth]; their sum down the windows of a row of dx [OutWidth]; and, for some
/// rows of dx, those sums StrideX apart with zeros between, (KernelWidth - 1) DilationX zeros before, at least as many behind.
/// </remarks>
internal static unsafe class WindowShare
{
    private const int BlockFloats = 1 << 11, Lanes = 8;

    /// <summary>Whether it can: windows whose rows are neighbours.</summary>
    public static bool Fits(in PoolShape s) => s.DilationY == 1;

    /// <summary>Scratch for one worker.</summary>
    public static int ScratchFloats(in PoolShape s) => RoundUp(s.OutWidth) * (s.OutHeight + 2) + Rows(s) * RowFloats(s);

    /// <summary>Prepares scratch for any number of planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Start(in PoolShape s, float* scratch)
    {
        new Span<float>(scratch, ScratchFloats(s)).Clear();
        for (int ox = 0; ox < s.OutWidth; ox++)
            scratch[ox] = s.ColumnsCounted(ox);
    }

    /// <summary>dx [Height, Width] from dy [OutHeight, OutWidth].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plane(in PoolShape s, float* dy, float* dx, float* scratch)
    {
        int row = RoundUp(s.OutWidth), block = Rows(s), stride = RowFloats(s);
        float* shares = scratch + row;
        float* sums = shares + row * (nint)s.OutHeight;
        float* spread = sums + row;
        PoolShape along = s with { OutWidth = s.Width, StrideX = 1 };
        for (int oy = 0; oy < s.OutHeight; oy++)
            Share(dy + oy * (nint)s.OutWidth, scratch, s.RowsCounted(oy), s.OutWidth, shares + oy * (nint)row);
        for (int first = 0; first < s.Height; first += block)
        {
            int end = Math.Min(s.Height, first + block);
            for (int iy = first; iy < end; iy++)
            {
                // oy StrideY is within [iy + PadTop - KernelHeight + 1, iy + PadTop]
                int last = Math.Min(s.OutHeight - 1, (iy + s.PadTop) / s.StrideY);
                int from = (Math.Max(0, iy + s.PadTop - s.KernelHeight + 1) + s.StrideY - 1) / s.StrideY;
                float* to = spread + (iy - first) * (nint)stride + (s.KernelWidth - 1) * s.DilationX;
                float* down = s.StrideX == 1 ? to : sums;
                WindowFold<SumFold>.Columns(shares + from * (nint)row, row, Math.Max(0, last - from + 1), s.OutWidth, down);
                for (int ox = 0; ox < s.OutWidth && s.StrideX > 1; ox++)
                    to[ox * s.StrideX] = sums[ox];
            }
            for (int iy = first; iy < end; iy++)
                WindowFold<SumFold>.Along(along, spread + (iy - first) * (nint)stride + s.PadLeft, dx + iy * (nint)s.Width, scratch, 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Share(float* dy, float* columns, float rows, int width, float* shares)
    {
        if (!Avx2.IsSupported)
            throw new PlatformNotSupportedException();
        for (int ox = 0; ox < width; ox += Lanes)
        {
            Vector256<float> given = ox + Lanes <= width ? Vector256.Load(dy + ox) : Parts.Load(dy + ox, Parts.Mask(width - ox));
            MeanFold.Finish(given, columns + ox, rows).Store(shares + ox);
        }
    }

    private static int Rows(in PoolShape s) => Math.Clamp(BlockFloats / RowFloats(s), 1, s.Height);

    private static int RowFloats(in PoolShape s) => RoundUp(
        (s.KernelWidth - 1) * s.DilationX + Math.Max(RoundUp(s.Width) + s.PadLeft, (s.OutWidth - 1) * s.StrideX + 1) + Lanes);

    private static int RoundUp(int count) => (count + Lanes - 1) / Lanes * Lanes;
}
