using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Loops;

/// <summary>Transposes of two or three long rows: pictures of three colours, channels dealt out to two or three groups. It only moves numbers.</summary>
/// <remarks>Of a vector's length and more, the last vector overlaps the one before; fewer run in 128 bits and number by number.</remarks>
internal static unsafe class Interleave
{
    /// <summary>y[2 i + r] = x[r stride + i], i below <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Two(float* x, nint stride, int count, float* y)
    {
        int i = 0;
        if (Avx512F.IsSupported && count >= 16)
        {
            Vector512<int> low = Vector512.Create(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23), high = low + Vector512.Create(8);
            for (; i < count; i = Next(i, 16, count))
            {
                Vector512<float> a = Vector512.Load(x + i), b = Vector512.Load(x + stride + i);
                Avx512F.PermuteVar16x32x2(a, low, b).Store(y + 2 * i);
                Avx512F.PermuteVar16x32x2(a, high, b).Store(y + 2 * i + 16);
            }
            return;
        }
        if (Sse.IsSupported && count >= 4)
        {
            for (; i < count; i = Next(i, 4, count))
            {
                Vector128<float> a = Vector128.Load(x + i), b = Vector128.Load(x + stride + i);
                Sse.UnpackLow(a, b).Store(y + 2 * i);
                Sse.UnpackHigh(a, b).Store(y + 2 * i + 4);
            }
            return;
        }
        for (; i < count; i++)
            (y[2 * i], y[2 * i + 1]) = (x[i], x[stride + i]);
    }

    /// <summary>y[3 i + r] = x[r stride + i], i below <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Three(float* x, nint stride, int count, float* y)
    {
        int i = 0;
        if (Avx512F.IsSupported && count >= 16)
        {
            // First a and b at their places (16 up: from b), c's places hold anything; then c (16 up) into its own.
            Vector512<int> ab0 = Vector512.Create(0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
            Vector512<int> ab1 = Vector512.Create(21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
            Vector512<int> ab2 = Vector512.Create(0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
            Vector512<int> c0 = Vector512.Create(0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15);
            Vector512<int> c1 = Vector512.Create(0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15);
            Vector512<int> c2 = Vector512.Create(26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31);
            for (; i < count; i = Next(i, 16, count))
            {
                Vector512<float> a = Vector512.Load(x + i), b = Vector512.Load(x + stride + i), c = Vector512.Load(x + 2 * stride + i);
                Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, ab0, b), c0, c).Store(y + 3 * i);
                Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, ab1, b), c1, c).Store(y + 3 * i + 16);
                Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(a, ab2, b), c2, c).Store(y + 3 * i + 32);
            }
            return;
        }
        if (Sse.IsSupported)
        {
            // Four numbers are stored where three belong: the next store, of which there must be one, puts the fourth right.
            for (; i + 4 < count; i += 4)
            {
                Vector128<float> a = Vector128.Load(x + i), b = Vector128.Load(x + stride + i), c = Vector128.Load(x + 2 * stride + i);
                Vector128<float> low = Sse.UnpackLow(a, b), high = Sse.UnpackHigh(a, b), lowC = Sse.UnpackLow(c, c), highC = Sse.UnpackHigh(c, c);
                Sse.MoveLowToHigh(low, lowC).Store(y + 3 * i);
                Sse.MoveHighToLow(lowC, low).Store(y + 3 * i + 3);
                Sse.MoveLowToHigh(high, highC).Store(y + 3 * i + 6);
                Sse.MoveHighToLow(highC, high).Store(y + 3 * i + 9);
            }
        }
        for (; i < count; i++)
            (y[3 * i], y[3 * i + 1], y[3 * i + 2]) = (x[i], x[stride + i], x[2 * stride + i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(int i, int lanes, int count) => i + lanes < count ? Math.Min(i + lanes, count - lanes) : count;
}
