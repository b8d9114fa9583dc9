using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Intrinsics;
using Pare.Kernels.Loops;

namespace Pare.Kernels.Pooling;

/// <summary>The gradient of maximum pooling of any window: where each window has its first maximum, eight windows at a time. AVX2.</summary>
/// <remarks>
/// Numbers become integers of the same order, both zeros one, every NaN the largest, the padding the least of all, so that strict
/// comparison finds the first maximum and never the padding. Scratch: keys [rows that windows reach][PadLeft | Width | padding], then positions.
/// </remarks>
internal static unsafe class WindowMaximum
{
    private const int Lanes = 8, Padding = int.MinValue;

    /// <summary>Scratch for one worker.</summary>
    public static int ScratchFloats(in PoolShape s) => Rows(s) * RowFloats(s) + RoundUp(s.OutWidth);

    /// <summary>Prepares scratch for any number of planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Start(in PoolShape s, float* scratch) => new Span<int>(scratch, ScratchFloats(s)).Fill(Padding);

    /// <summary>dx = 0, then dx[first maximum] += dy window by window, in order. Every window must meet the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plane(in PoolShape s, float* x, float* dy, float* dx, float* scratch)
    {
        int stride = RowFloats(s);
        int* keys = (int*)scratch;
        int* positions = keys + Rows(s) * (nint)stride;
        for (int row = 0; row < s.Height; row++)
            Keys(x + row * (nint)s.Width, keys + (s.PadTop + row) * (nint)stride + s.PadLeft, s.Width);
        new Span<float>(dx, s.PlaneFloats).Clear();
        for (int oy = 0; oy < s.OutHeight; oy++, dy += s.OutWidth)
        {
            float* from = (float*)keys + oy * s.StrideY * (nint)stride;
            if (s.StrideX == 1)
                Positions<StrideOne>(s, from, stride, positions);
            else if (s.StrideX == 2)
                Positions<StrideTwo>(s, from, stride, positions);
            else
                Positions<StrideAny>(s, from, stride, positions);
            float* origin = dx + (oy * s.StrideY - s.PadTop) * (nint)s.Width - s.PadLeft;
            for (int ox = 0; ox < s.OutWidth; ox++)
                origin[positions[ox]] += dy[ox];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Keys(float* x, int* keys, int width)
    {
        if (!Avx2.IsSupported)
            throw new PlatformNotSupportedException();
        int i = 0;
        for (; i + Lanes <= width; i += Lanes)
            Key(Vector256.Load(x + i)).Store(keys + i);
        if (i < width)
        {
            Vector256<float> mask = Parts.Mask(width - i);
            Vector256.ConditionalSelect(mask.AsInt32(), Key(Parts.Load(x + i, mask)), Vector256.Create(Padding)).Store(keys + i);
        }
    }

    // The bits of negative numbers grow with their size: all but the sign are turned over.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Key(Vector256<float> x)
    {
        Vector256<int> bits = (x + Vector256<float>.Zero).AsInt32();   // -0 + 0 = 0
        Vector256<int> key = bits ^ Vector256.ShiftRightLogical(Vector256.ShiftRightArithmetic(bits, 31).AsUInt32(), 1).AsInt32();
        return Vector256.ConditionalSelect(Vector256.Equals(x, x).AsInt32(), key, Vector256.Create(int.MaxValue));
    }

    // Positions count from the first number of the row's first window, in the input's own rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Positions<TStride>(in PoolShape s, float* keys, int rowFloats, int* positions) where TStride : struct, IStride
    {
        if (!Avx2.IsSupported)
            throw new PlatformNotSupportedException();
        int stride = s.StrideX, step = s.DilationX, width = s.OutWidth, kernelHeight = s.KernelHeight, kernelWidth = s.KernelWidth;
        nint rowStep = s.DilationY * (nint)rowFloats;
        for (int ox = 0; ox < width; ox += Lanes)
        {
            float* row = keys + (nint)ox * stride;
            Vector256<int> most = Vector256.Create(Padding), at = Vector256<int>.Zero;
            for (int ky = 0, start = 0; ky < kernelHeight; ky++, row += rowStep, start += s.DilationY * s.Width)
            {
                if (kernelWidth == 3)
                {
                    Take(TStride.Load(row, stride), start, ref most, ref at);
                    Take(TStride.Load(row + step, stride), start + step, ref most, ref at);
                    Take(TStride.Load(row + 2 * step, stride), start + 2 * step, ref most, ref at);
                    continue;
                }
                float* from = row;
                for (int kx = 0, tap = start; kx < kernelWidth; kx++, tap += step, from += step)
                    Take(TStride.Load(from, stride), tap, ref most, ref at);
            }
            at = TStride.Order(at.AsSingle()).AsInt32();
            (at + (Vector256<int>.Indices + Vector256.Create(ox)) * stride).Store(positions + ox);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(Vector256<float> keys, int tap, ref Vector256<int> most, ref Vector256<int> at)
    {
        at = Vector256.ConditionalSelect(Vector256.GreaterThan(keys.AsInt32(), most), Vector256.Create(tap), at);
        most = Vector256.Max(keys.AsInt32(), most);
    }

    private static int Rows(in PoolShape s) =>
        Math.Max(s.PadTop + s.Height, (s.OutHeight - 1) * s.StrideY + (s.KernelHeight - 1) * s.DilationY + 1);

    private static int RowFloats(in PoolShape s) =>
        RoundUp(Math.Max(s.PadLeft + RoundUp(s.Width), RoundUp(s.OutWidth) * s.StrideX + (s.KernelWidth - 1) * s.DilationX) + Lanes);

    private static int RoundUp(int count) => (count + Lanes - 1) / Lanes * Lanes;
}
