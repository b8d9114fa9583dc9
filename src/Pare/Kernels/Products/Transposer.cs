using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Products;

/// <summary>Transposes matrices in blocks of 16, 8 and 4 rows by 4 columns. It only moves numbers, so it is the same at every level.</summary>
/// <remarks>Of four rows or columns and more, those left over are moved with some before them once more, so that nothing runs number by number.</remarks>
internal static unsafe class Transposer
{
    /// <summary>src [rows, columns] with row distance srcStride -> dst [columns, rows] with row distance dstStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* src, nint srcStride, int rows, int columns, float* dst, nint dstStride)
    {
        if (columns < 4 && rows >= 8 && Avx2.IsSupported && srcStride < int.MaxValue / 8)
        {
            FewColumns(src, srcStride, rows, columns, dst, dstStride);
            return;
        }
        int r = 0;
        if (Avx512F.IsSupported)
        {
            for (; r + 16 <= rows; r += 16)
                SixteenRows(src + r * srcStride, srcStride, columns, dst + r, dstStride);
        }
        if (Avx.IsSupported)
        {
            for (; r + 8 <= rows; r += 8)
                EightRows(src + r * srcStride, srcStride, columns, dst + r, dstStride);
        }
        if (Sse.IsSupported)
        {
            for (; r + 4 <= rows; r += 4)
                FourRows(src + r * srcStride, srcStride, columns, dst + r, dstStride);
            if (r < rows && rows >= 4)
            {
                FourRows(src + (rows - 4) * srcStride, srcStride, columns, dst + rows - 4, dstStride);
                return;
            }
        }
        for (; r < rows; r++)
        {
            float* from = src + r * srcStride;
            float* to = dst + r;
            for (int c = 0; c < columns; c++, to += dstStride)
                *to = from[c];
        }
    }

    /// <summary>The same, four whole rows of the destination after four others: for destinations that no near cache holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunInOrder(float* src, nint srcStride, int rows, int columns, float* dst, nint dstStride)
    {
        if (!Avx512F.IsSupported || rows < 16 || columns < 4)
        {
            Run(src, srcStride, rows, columns, dst, dstStride);
            return;
        }
        int c = 0;
        for (; c + 8 <= columns; c += 8)
        {
            float* to = dst + c * dstStride;
            for (int r = 0; r < rows; r = r + 16 < rows ? Math.Min(r + 16, rows - 16) : rows)
                EightColumns(src + r * srcStride + c, srcStride, to + r, dstStride);
        }
        if (c == columns)
            return;
        for (c = Math.Min(c, columns - 4); c + 4 <= columns; c = Next(c, columns))
        {
            float* to = dst + c * dstStride;
            for (int r = 0; r < rows; r = r + 16 < rows ? Math.Min(r + 16, rows - 16) : rows)
                SixteenByFour(src + r * srcStride + c, srcStride, to + r, dstStride);
        }
    }

    // Lane k of a vector holds rows 4k to 4k + 3: they are joined while loading, so that 8 shuffles finish 4 whole output rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixteenRows(float* src, nint stride, int columns, float* dst, nint dstStride)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        int c = 0;
        for (; c + 16 <= columns; c += 16)
            SixteenBySixteen(src + c, stride, dst + c * dstStride, dstStride);
        if (c == columns)
            return;
        for (c = Math.Min(c, Math.Max(0, columns - 4)); c + 4 <= columns; c = Next(c, columns))
            SixteenByFour(src + c, stride, dst + c * dstStride, dstStride);
        OneByOne(src, stride, 16, columns, dst, dstStride);
    }

    // Whole lines of the source: rows 0 to 3 and 4 to 7, then 8 to 11 and 12 to 15 share vectors, 8 columns at a time.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SixteenBySixteen(float* s, nint stride, float* d, nint dstStride)
    {
        EightColumns(s, stride, d, dstStride);
        EightColumns(s + 8, stride, d + 8 * dstStride, dstStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightColumns(float* s, nint stride, float* d, nint dstStride)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        FourPairs(s, stride, out Vector512<float> a0, out Vector512<float> a1, out Vector512<float> a2, out Vector512<float> a3);
        FourPairs(s + 8 * stride, stride, out Vector512<float> b0, out Vector512<float> b1, out Vector512<float> b2, out Vector512<float> b3);
        Avx512F.Shuffle4x128(a0, b0, 0x88).Store(d);
        Avx512F.Shuffle4x128(a1, b1, 0x88).Store(d + dstStride);
        Avx512F.Shuffle4x128(a2, b2, 0x88).Store(d + 2 * dstStride);
        Avx512F.Shuffle4x128(a3, b3, 0x88).Store(d + 3 * dstStride);
        d += 4 * dstStride;
        Avx512F.Shuffle4x128(a0, b0, 0xDD).Store(d);
        Avx512F.Shuffle4x128(a1, b1, 0xDD).Store(d + dstStride);
        Avx512F.Shuffle4x128(a2, b2, 0xDD).Store(d + 2 * dstStride);
        Avx512F.Shuffle4x128(a3, b3, 0xDD).Store(d + 3 * dstStride);
    }

    // Vector k: column k of rows 0 to 3, column k + 4 of them, column k of rows 4 to 7, column k + 4 of them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourPairs(float* s, nint stride, out Vector512<float> v0, out Vector512<float> v1, out Vector512<float> v2, out Vector512<float> v3)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        Vector512<float> r0 = Pair(s, stride), r1 = Pair(s + stride, stride), r2 = Pair(s + 2 * stride, stride), r3 = Pair(s + 3 * stride, stride);
        Vector512<double> a = Avx512F.UnpackLow(r0, r1).AsDouble(), b = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> e = Avx512F.UnpackLow(r2, r3).AsDouble(), f = Avx512F.UnpackHigh(r2, r3).AsDouble();
        v0 = Avx512F.UnpackLow(a, e).AsSingle();
        v1 = Avx512F.UnpackHigh(a, e).AsSingle();
        v2 = Avx512F.UnpackLow(b, f).AsSingle();
        v3 = Avx512F.UnpackHigh(b, f).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Pair(float* row, nint stride)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        return Vector512.Create(Vector256.Load(row), Vector256.Load(row + 4 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SixteenByFour(float* s, nint stride, float* d, nint dstStride)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        Vector512<float> r0 = EveryFourth(s, stride), r1 = EveryFourth(s + stride, stride);
        Vector512<float> r2 = EveryFourth(s + 2 * stride, stride), r3 = EveryFourth(s + 3 * stride, stride);
        Vector512<double> a = Avx512F.UnpackLow(r0, r1).AsDouble(), b = Avx512F.UnpackHigh(r0, r1).AsDouble();
        Vector512<double> e = Avx512F.UnpackLow(r2, r3).AsDouble(), f = Avx512F.UnpackHigh(r2, r3).AsDouble();
        Avx512F.UnpackLow(a, e).AsSingle().Store(d);
        Avx512F.UnpackHigh(a, e).AsSingle().Store(d + dstStride);
        Avx512F.UnpackLow(b, f).AsSingle().Store(d + 2 * dstStride);
        Avx512F.UnpackHigh(b, f).AsSingle().Store(d + 3 * dstStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> EveryFourth(float* row, nint stride)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        Vector512<float> rows = Vector128.Load(row).ToVector256Unsafe().ToVector512Unsafe();
        rows = Avx512F.InsertVector128(rows, Vector128.Load(row + 4 * stride), 1);
        rows = Avx512F.InsertVector128(rows, Vector128.Load(row + 8 * stride), 2);
        return Avx512F.InsertVector128(rows, Vector128.Load(row + 12 * stride), 3);
    }

    // The four columns after those at c: the last four overlap those before.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(int c, int columns) => c + 4 < columns ? Math.Min(c + 4, columns - 4) : columns;

    // Pictures of one to three channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FewColumns(float* src, nint stride, int rows, int columns, float* dst, nint dstStride)
    {
        if (!Avx2.IsSupported)
            throw new PlatformNotSupportedException();
        Vector256<int> places = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7) * (int)stride;
        for (int r = 0; r < rows; r = r + 8 < rows ? Math.Min(r + 8, rows - 8) : rows)
        {
            for (int c = 0; c < columns; c++)
                Avx2.GatherVector256(src + r * stride + c, places, sizeof(float)).Store(dst + c * dstStride + r);
        }
    }

    // All columns, where they are fewer than four.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void OneByOne(float* src, nint stride, int rows, int columns, float* dst, nint dstStride)
    {
        for (int c = 0; c < columns && columns < 4; c++)
        {
            for (int r = 0; r < rows; r++)
                dst[c * dstStride + r] = src[r * stride + c];
        }
    }

    // Upper and lower half rows are joined while loading, so that each pair of shuffles finishes whole output rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(float* src, nint stride, int columns, float* dst, nint dstStride)
    {
        if (!Avx.IsSupported)
            throw new PlatformNotSupportedException();
        for (int c = 0; c + 4 <= columns; c = Next(c, columns))
        {
            float* s = src + c;
            float* t = s + 4 * stride;
            Vector256<float> r0 = Vector256.Create(Vector128.Load(s), Vector128.Load(t));
            Vector256<float> r1 = Vector256.Create(Vector128.Load(s + stride), Vector128.Load(t + stride));
            Vector256<float> r2 = Vector256.Create(Vector128.Load(s + 2 * stride), Vector128.Load(t + 2 * stride));
            Vector256<float> r3 = Vector256.Create(Vector128.Load(s + 3 * stride), Vector128.Load(t + 3 * stride));
            Vector256<double> a = Avx.UnpackLow(r0, r1).AsDouble(), b = Avx.UnpackHigh(r0, r1).AsDouble();
            Vector256<double> e = Avx.UnpackLow(r2, r3).AsDouble(), f = Avx.UnpackHigh(r2, r3).AsDouble();
            float* d = dst + c * dstStride;
            Avx.UnpackLow(a, e).AsSingle().Store(d);
            Avx.UnpackHigh(a, e).AsSingle().Store(d + dstStride);
            Avx.UnpackLow(b, f).AsSingle().Store(d + 2 * dstStride);
            Avx.UnpackHigh(b, f).AsSingle().Store(d + 3 * dstStride);
        }
        OneByOne(src, stride, 8, columns, dst, dstStride);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(float* src, nint stride, int columns, float* dst, nint dstStride)
    {
        if (!Sse.IsSupported)
            throw new PlatformNotSupportedException();
        for (int c = 0; c + 4 <= columns; c = Next(c, columns))
        {
            float* s = src + c;
            Vector128<float> r0 = Vector128.Load(s), r1 = Vector128.Load(s + stride);
            Vector128<float> r2 = Vector128.Load(s + 2 * stride), r3 = Vector128.Load(s + 3 * stride);
            Vector128<float> a = Sse.UnpackLow(r0, r1), b = Sse.UnpackHigh(r0, r1);
            Vector128<float> e = Sse.UnpackLow(r2, r3), f = Sse.UnpackHigh(r2, r3);
            float* d = dst + c * dstStride;
            Sse.MoveLowToHigh(a, e).Store(d);
            Sse.MoveHighToLow(e, a).Store(d + dstStride);
            Sse.MoveLowToHigh(b, f).Store(d + 2 * dstStride);
            Sse.MoveHighToLow(f, b).Store(d + 3 * dstStride);
        }
        OneByOne(src, stride, 4, columns, dst, dstStride);
    }
}
