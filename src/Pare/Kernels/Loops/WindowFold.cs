using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Loops;

/// <summary>Folds all windows of planes: down the columns first, then along the rows of column folds. AVX2.</summary>
/// <remarks>
/// A window of 3 x 3 so takes four joins, not eight. Column folds of some output rows lie in scratch, with padding on both sides, so that
/// the second step knows no borders: [rows of a block][PadLeft | Width | right padding and room to read over]. Eight outputs at a time.
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

    /// <summary>to[i] = the fold of x[i], x[step + i], ...; up to 7 numbers behind the last are overwritten by <see cref="IFold.Nothing"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Columns(float* x, nint step, int rows, int width, float* to)
    {
        if (rows == 0)
        {
            new Span<float>(to, width).Fill(TFold.Nothing);
            return;
        }
        int i = 0;
        if (rows == 3)
        {
            for (; i + Lanes <= width; i += Lanes)
                TFold.Join(TFold.Join(Vector256.Load(x + i), Vector256.Load(x + i + step)), Vector256.Load(x + i + 2 * step)).Store(to + i);
        }
        for (; i + Lanes <= width; i += Lanes)
        {
            Vector256<float> folded = Vector256.Load(x + i);
            float* next = x + i;
            for (int row = 1; row < rows; row++)
                folded = TFold.Join(folded, Vector256.Load(next += step));
            folded.Store(to + i);
        }
        if (i < width)
        {
            Vector256<float> mask = Parts.Mask(width - i), folded = Parts.Load(x + i, mask);
            float* next = x + i;
            for (int row = 1; row < rows; row++)
                folded = TFold.Join(folded, Parts.Load(next += step, mask));
            Vector256.ConditionalSelect(mask, folded, Vector256.Create(TFold.Nothing)).Store(to + i);
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
        int stride = s.StrideX, kernel = s.KernelWidth, width = s.OutWidth, ox = 0;
        nint step = s.DilationX, next = Lanes * (nint)stride;
        if (kernel == 3)
        {
            for (; ox + Lanes <= width; ox += Lanes, row += next)
                TFold.Finish(TStride.Order(Three<TStride>(row, step, stride)), columns + ox, rows).Store(y + ox);
        }
        for (; ox < width; ox += Lanes, row += next)
        {
            Vector256<float> folded = TStride.Load(row, stride);
            float* from = row;
            for (int kx = 1; kx < kernel; kx++)
                folded = TFold.Join(folded, TStride.Load(from += step, stride));
            Parts.Store(TFold.Finish(TStride.Order(folded), columns + ox, rows), y + ox, width - ox);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Three<TStride>(float* row, nint step, int stride) where TStride : struct, IStride =>
        TFold.Join(TFold.Join(TStride.Load(row, stride), TStride.Load(row + step, stride)), TStride.Load(row + 2 * step, stride));

    private static int Rows(in PoolShape s) => Math.Clamp(BlockFloats / RowFloats(s), 1, s.OutHeight);

    private static int RowFloats(in PoolShape s) =>
        RoundUp(Math.Max(s.PadLeft + RoundUp(s.Width), RoundUp(s.OutWidth) * s.StrideX + (s.KernelWidth - 1) * s.DilationX) + Lanes);

    private static int RoundUp(int count) => (count + Lanes - 1) / Lanes * Lanes;
}
