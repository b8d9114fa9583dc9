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

    // Lane k of a vector holds rows 4k to 4k + 3: they are joined while loading, so that 8 shuffles finish 4 whole output rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixteenRows(float* src, nint stride, int columns, float* dst, nint dstStride)
    {
        if (!Avx512F.IsSupported)
            throw new PlatformNotSupportedException();
        for (int c = 0; c + 4 <= columns; c = Next(c, columns))
        {
            float* s = src + c;
            Vector512<float> r0 = EveryFourth(s, stride), r1 = EveryFourth(s + stride, stride);
            Vector512<float> r2 = EveryFourth(s + 2 * stride, stride), r3 = EveryFourth(s + 3 * stride, stride);
            Vector512<double> a = Avx512F.UnpackLow(r0, r1).AsDouble(), b = Avx512F.UnpackHigh(r0, r1).AsDouble();
            Vector512<double> e = Avx512F.UnpackLow(r2, r3).AsDouble(), f = Avx512F.UnpackHigh(r2, r3).AsDouble();
            float* d = dst + c * dstStride;
            Avx512F.UnpackLow(a, e).AsSingle().Store(d);
            Avx512F.UnpackHigh(a, e).AsSingle().Store(d + dstStride);
            Avx512F.UnpackLow(b, f).AsSingle().Store(d + 2 * dstStride);
            Avx512F.UnpackHigh(b, f).AsSingle().Store(d + 3 * dstStride);
        }
        OneByOne(src, stride, 16, columns, dst, dstStride);
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

    // All columns, where they are fewer than four.
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
