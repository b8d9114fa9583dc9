using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Products;

/// <summary>Reductions over 64 fixed lanes: lane i sums the numbers i, i + 64, ...; then lanes are folded by halves. Same bits at every level.</summary>
internal static unsafe class Lanes
{
    /// <summary>How many lanes.</summary>
    public const int Count = 64;

    /// <summary>The dot product of two rows of <paramref name="length"/> numbers; 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int length)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        int i = 0;
        for (; i + Count <= length; i += Count)
        {
            s0 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i), Vector256.Load(b + i), s0);
            s1 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i + 8), Vector256.Load(b + i + 8), s1);
            s2 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i + 16), Vector256.Load(b + i + 16), s2);
            s3 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i + 24), Vector256.Load(b + i + 24), s3);
            s4 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i + 32), Vector256.Load(b + i + 32), s4);
            s5 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i + 40), Vector256.Load(b + i + 40), s5);
            s6 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i + 48), Vector256.Load(b + i + 48), s6);
            s7 = Vector256.MultiplyAddEstimate(Vector256.Load(a + i + 56), Vector256.Load(b + i + 56), s7);
        }
        float* lanes = stackalloc float[Count];
        s0.Store(lanes);
        s1.Store(lanes + 8);
        s2.Store(lanes + 16);
        s3.Store(lanes + 24);
        s4.Store(lanes + 32);
        s5.Store(lanes + 40);
        s6.Store(lanes + 48);
        s7.Store(lanes + 56);
        for (int j = 0; i < length; i++, j++)
            lanes[j] = float.MultiplyAddEstimate(a[i], b[i], lanes[j]);
        return Fold(lanes);
    }

    /// <summary><see cref="Dot"/> without vector instructions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float DotScalar(float* a, float* b, int length)
    {
        float* lanes = stackalloc float[Count];
        new Span<float>(lanes, Count).Clear();
        for (int i = 0; i < length; i++)
            lanes[i % Count] = float.MultiplyAddEstimate(a[i], b[i], lanes[i % Count]);
        return Fold(lanes);
    }

    /// <summary>The sum of a row of <paramref name="length"/> numbers; 0 for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Sum(float* a, int length)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        int i = 0;
        for (; i + Count <= length; i += Count)
        {
            s0 += Vector256.Load(a + i);
            s1 += Vector256.Load(a + i + 8);
            s2 += Vector256.Load(a + i + 16);
            s3 += Vector256.Load(a + i + 24);
            s4 += Vector256.Load(a + i + 32);
            s5 += Vector256.Load(a + i + 40);
            s6 += Vector256.Load(a + i + 48);
            s7 += Vector256.Load(a + i + 56);
        }
        float* lanes = stackalloc float[Count];
        s0.Store(lanes);
        s1.Store(lanes + 8);
        s2.Store(lanes + 16);
        s3.Store(lanes + 24);
        s4.Store(lanes + 32);
        s5.Store(lanes + 40);
        s6.Store(lanes + 48);
        s7.Store(lanes + 56);
        for (int j = 0; i < length; i++, j++)
            lanes[j] += a[i];
        return Fold(lanes);
    }

    /// <summary>to[i] += from[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* to, float* from, int length)
    {
        int i = 0;
        for (; i + 8 <= length; i += 8)
            (Vector256.Load(to + i) + Vector256.Load(from + i)).Store(to + i);
        for (; i < length; i++)
            to[i] += from[i];
    }

    /// <summary>Adds the upper half of the lanes to the lower half until one is left; overwrites them.</summary>
    public static float Fold(float* lanes)
    {
        for (int half = Count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
                lanes[i] += lanes[i + half];
        }
        return lanes[0];
    }
}
