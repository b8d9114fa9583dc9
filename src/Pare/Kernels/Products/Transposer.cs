using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Products;

/// <summary>Transposes matrices in blocks of 8 x 8 and 4 x 4. It only moves numbers, so it is the same at every level.</summary>
internal static unsafe class Transposer
{
    /// <summary>src [rows, columns] with row distance srcStride -> dst [columns, rows] with row distance dstStride.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(float* src, nint srcStride, int rows, int columns, float* dst, nint dstStride)
    {
        int r = 0;
        if (Avx.IsSupported)
        {
            for (; r + 8 <= rows; r += 8)
                EightRows(src + r * srcStride, srcStride, columns, dst + r, dstStride);
        }
        if (Sse.IsSupported)
        {
            for (; r + 4 <= rows; r += 4)
                FourRows(src + r * srcStride, srcStride, columns, dst + r, dstStride);
        }
        for (; r < rows; r++)
        {
            float* from = src + r * srcStride;
            float* to = dst + r;
            for (int c = 0; c < columns; c++, to += dstStride)
                *to = from[c];
        }
    }

    // Upper and lower half rows are joined while loading, so that each pair of shuffles finishes whole output rows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EightRows(float* src, nint stride, int columns, float* dst, nint dstStride)
    {
        if (!Avx.IsSupported)
            throw new PlatformNotSupportedException();
        int c = 0;
        for (; c + 4 <= columns; c += 4)
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
        for (; c < columns; c++)
        {
            for (int r = 0; r < 8; r++)
                dst[c * dstStride + r] = src[r * stride + c];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourRows(float* src, nint stride, int columns, float* dst, nint dstStride)
    {
        if (!Sse.IsSupported)
            throw new PlatformNotSupportedException();
        int c = 0;
        for (; c + 4 <= columns; c += 4)
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
        for (; c < columns; c++)
        {
            for (int r = 0; r < 4; r++)
                dst[c * dstStride + r] = src[r * stride + c];
        }
    }
}
