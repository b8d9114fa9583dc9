using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using System.Runtime.Intrinsics;
using Pare.Kernels.Loops;

namespace Pare.Kernels.Pooling;

/// <summary>Folds all windows of planes: down the columns first, then along the rows of column folds. AVX2.</summary>
/// <remarks>
/// A window of 3 x 3 so takes four joins, not eight. Column folds of some output rows lie in scratch, with padding on both sides, so that
/// the second step knows no borders: [rows of a block][PadLeft | Width | right padding and room to read over]. Eight outputs at a time,
/// the last eight again where the width is no multiple.
/// </remarks>
internal static unsafe class WindowFold<TFold> where TFold : struct, IFold
{
    private const int BlockFloats = 1 << 11, Lanes = 8;

    /// <summary>Scratch for one worker.</summary>
    public static int ScratchFloats(in PoolShape s) => RoundUp(s.OutWidth) + Rows(s) * RowFloats(s);

    /// <summary>Prepares scratch for any number of planes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Start(in PoolShape s, float* scratch)
    {
        for (int ox = 0; ox < s.OutWidth; ox++)
            scratch[ox] = s.ColumnsCounted(ox);
        new Span<float>(scratch + s.OutWidth, ScratchFloats(s) - s.OutWidth).Fill(TFold.Nothing);
    }

    /// <summary>y [OutHeight, OutWidth] from x [Height, Width].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plane(in PoolShape s, float* x, float* y, float* scratch)
    {
        float* rows = scratch + RoundUp(s.OutWidth);
        int block = Rows(s), stride = RowFloats(s);
        for (int first = 0; first < s.OutHeight; first += block)
        {
            int end = Math.Min(s.OutHeight, first + block);
            for (int oy = first; oy < end; oy++)
            {
                int startY = oy * s.StrideY - s.PadTop;
                (int firstY, int endY) = PoolShape.Inside(startY, s.KernelHeight, s.DilationY, s.Height);
                float* from = x + (startY + firstY * s.DilationY) * (nint)s.Width;
                Columns(from, (nint)s.DilationY * s.Width, endY - firstY, s.Width, rows + (oy - first) * (nint)stride + s.PadLeft);
            }
            for (int oy = first; oy < end; oy++)
                Along(s, rows + (oy - first) * (nint)stride, y + oy * (nint)s.OutWidth, scratch, TFold.Counts ? s.RowsCounted(oy) : 0);
        }
    }

    /// <summary>to[i] = the fold of x[i], x[step + i], ...; of fewer than 8, those missing are overwritten by <see cref="IFold.Nothing"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float* x, nint step, int rows, int width, float* to)
    {
        if (rows == 0)
        {
            new Span<float>(to, width).Fill(TFold.Nothing);
            return;
        }
        if (width < Lanes)
        {
            Vector256<float> mask = Parts.Mask(width), folded = Parts.Load(x, mask);
            for (int row = 1; row < rows; row++)
                folded = TFold.Join(folded, Parts.Load(x += step, mask));
            Vector256.ConditionalSelect(mask, folded, Vector256.Create(TFold.Nothing)).Store(to);
            return;
        }
        int last = width - Lanes;
        for (int i = 0; ; i = Math.Min(i + Lanes, last))
        {
            Vector256<float> folded = Vector256.Load(x + i);
            if (rows == 3)
            {
                folded = TFold.Join(TFold.Join(folded, Vector256.Load(x + i + step)), Vector256.Load(x + i + 2 * step));
            }
            else
            {
                float* next = x + i;
                for (int row = 1; row < rows; row++)
                    folded = TFold.Join(folded, Vector256.Load(next += step));
            }
            folded.Store(to + i);
            if (i == last)
                return;
        }
    }

    /// <summary>y[ox] = the fold of row[ox StrideX + kx DilationX] over kx, finished.</summary>
    public static void Along(in PoolShape s, float* row, float* y, float* columns, float rows)
    {
        if (s.StrideX == 1)
            Along<StrideOne>(s, row, y, columns, rows);
        else if (s.StrideX == 2)
            Along<StrideTwo>(s, row, y, columns, rows);
        else
            Along<StrideAny>(s, row, y, columns, rows);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Along<TStride>(in PoolShape s, float* row, float* y, float* columns, float rows) where TStride : struct, IStride
    {
        if (!Avx2.IsSupported)
            throw new PlatformNotSupportedException();
        int stride = s.StrideX, kernel = s.KernelWidth, width = s.OutWidth, last = width - Lanes;
        nint step = s.DilationX;
        if (last < 0)
        {
            Parts.Store(TFold.Finish(TStride.Order(Taps<TStride>(row, step, stride, kernel)), columns, rows), y, width);
        }
        else if (kernel == 3)
        {
            for (int ox = 0; ; ox = Math.Min(ox + Lanes, last))
            {
                float* from = row + (nint)ox * stride;
                Vector256<float> folded = TFold.Join(TStride.Load(from, stride), TStride.Load(from + step, stride));
                folded = TFold.Join(folded, TStride.Load(from + 2 * step, stride));
                TFold.Finish(TStride.Order(folded), columns + ox, rows).Store(y + ox);
                if (ox == last)
                    return;
            }
        }
        else
        {
            for (int ox = 0; ; ox = Math.Min(ox + Lanes, last))
            {
                Vector256<float> folded = Taps<TStride>(row + (nint)ox * stride, step, stride, kernel);
                TFold.Finish(TStride.Order(folded), columns + ox, rows).Store(y + ox);
                if (ox == last)
                    return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Taps<TStride>(float* from, nint step, int stride, int count) where TStride : struct, IStride
    {
        Vector256<float> folded = TStride.Load(from, stride);
        for (int tap = 1; tap < count; tap++)
            folded = TFold.Join(folded, TStride.Load(from += step, stride));
        return folded;
    }

    private static int Rows(in PoolShape s) => Math.Clamp(BlockFloats / RowFloats(s), 1, s.OutHeight);

    private static int RowFloats(in PoolShape s) =>
        RoundUp(Math.Max(s.PadLeft + RoundUp(s.Width), RoundUp(s.OutWidth) * s.StrideX + (s.KernelWidth - 1) * s.DilationX) + Lanes);

    private static int RoundUp(int count) => (count + Lanes - 1) / Lanes * Lanes;
}
