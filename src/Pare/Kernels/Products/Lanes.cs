using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Products;

/// <summary>What a reduction adds to a lane for each pair of numbers.</summary>
internal interface ILaneTerm
{
    /// <summary>Eight lanes.</summary>
    static abstract Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> center, Vector256<float> sum);
}

/// <summary>Reductions over 64 fixed lanes: lane i sums the numbers i, i + 64, ...; then lanes are folded by halves. Same bits at every level.</summary>
internal static unsafe class Lanes
{
    /// <summary>How many lanes.</summary>
    public const int Count = 64;

    /// <summary>The dot product of two rows; 0 for no numbers.</summary>
    public static float Dot(float* a, float* b, int length) => Reduce<DotTerm>(a, b, 0, length);

    /// <summary>The sum of a row; 0 for no numbers.</summary>
    public static float Sum(float* a, int length) => Reduce<SumTerm>(a, a, 0, length);

    /// <summary>The sum of (a[i] - center) squared.</summary>
    public static float SquaredDeviations(float* a, float center, int length) => Reduce<SquareTerm>(a, a, center, length);

    /// <summary>The sum of (a[i] - center) * b[i].</summary>
    public static float CenteredDot(float* a, float center, float* b, int length) => Reduce<CenteredTerm>(a, b, center, length);

    /// <summary>The sum of (a[i] - b[i]) squared.</summary>
    public static float SquaredDifferences(float* a, float* b, int length) => Reduce<DifferenceTerm>(a, b, 0, length);

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

    // Lanes 8 j to 8 j + 7 are vector j.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Reduce<TTerm>(float* a, float* b, float center, int length) where TTerm : struct, ILaneTerm
    {
        Vector256<float> m = Vector256.Create(center);
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        int i = 0;
        for (; i + Count <= length; i += Count)
        {
            s0 = TTerm.Add(Vector256.Load(a + i), Vector256.Load(b + i), m, s0);
            s1 = TTerm.Add(Vector256.Load(a + i + 8), Vector256.Load(b + i + 8), m, s1);
            s2 = TTerm.Add(Vector256.Load(a + i + 16), Vector256.Load(b + i + 16), m, s2);
            s3 = TTerm.Add(Vector256.Load(a + i + 24), Vector256.Load(b + i + 24), m, s3);
            s4 = TTerm.Add(Vector256.Load(a + i + 32), Vector256.Load(b + i + 32), m, s4);
            s5 = TTerm.Add(Vector256.Load(a + i + 40), Vector256.Load(b + i + 40), m, s5);
            s6 = TTerm.Add(Vector256.Load(a + i + 48), Vector256.Load(b + i + 48), m, s6);
            s7 = TTerm.Add(Vector256.Load(a + i + 56), Vector256.Load(b + i + 56), m, s7);
        }
        // What is left of 64: whole vectors one by one, then a part of the next.
        int left = length - i;
        a += i;
        b += i;
        if (left >= 8) s0 = TTerm.Add(Vector256.Load(a), Vector256.Load(b), m, s0);
        if (left >= 16) s1 = TTerm.Add(Vector256.Load(a + 8), Vector256.Load(b + 8), m, s1);
        if (left >= 24) s2 = TTerm.Add(Vector256.Load(a + 16), Vector256.Load(b + 16), m, s2);
        if (left >= 32) s3 = TTerm.Add(Vector256.Load(a + 24), Vector256.Load(b + 24), m, s3);
        if (left >= 40) s4 = TTerm.Add(Vector256.Load(a + 32), Vector256.Load(b + 32), m, s4);
        if (left >= 48) s5 = TTerm.Add(Vector256.Load(a + 40), Vector256.Load(b + 40), m, s5);
        if (left >= 56) s6 = TTerm.Add(Vector256.Load(a + 48), Vector256.Load(b + 48), m, s6);
        if (left % 8 != 0)
        {
            float* part = stackalloc float[16];
            new Span<float>(a + left / 8 * 8, left % 8).CopyTo(new Span<float>(part, 8));
            new Span<float>(b + left / 8 * 8, left % 8).CopyTo(new Span<float>(part + 8, 8));
            Vector256<float> first = Vector256.Load(part), second = Vector256.Load(part + 8);
            Vector256<float> held = Vector256.GreaterThan(Vector256.Create(left % 8), Vector256<int>.Indices).AsSingle();
            switch (left / 8)
            {
                case 0: s0 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s0), s0); break;
                case 1: s1 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s1), s1); break;
                case 2: s2 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s2), s2); break;
                case 3: s3 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s3), s3); break;
                case 4: s4 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s4), s4); break;
                case 5: s5 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s5), s5); break;
                case 6: s6 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s6), s6); break;
                default: s7 = Vector256.ConditionalSelect(held, TTerm.Add(first, second, m, s7), s7); break;
            }
        }
        return Fold(s0 + s4 + (s2 + s6) + (s1 + s5 + (s3 + s7)));
    }

    // The last three halvings, of eight lanes.
    private static float Fold(Vector256<float> eight)
    {
        Vector128<float> four = eight.GetLower() + eight.GetUpper();
        return four[0] + four[2] + (four[1] + four[3]);
    }

    // Adds the upper half of the lanes to the lower half until one is left.
    private static float Fold(float* lanes)
    {
        for (int half = Count / 2; half > 0; half /= 2)
        {
            for (int i = 0; i < half; i++)
                lanes[i] += lanes[i + half];
        }
        return lanes[0];
    }

    private readonly struct SumTerm : ILaneTerm
    {
        public static Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> center, Vector256<float> sum) => sum + a;
    }

    private readonly struct DotTerm : ILaneTerm
    {
        public static Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> center, Vector256<float> sum) =>
            Vector256.MultiplyAddEstimate(a, b, sum);
    }

    private readonly struct SquareTerm : ILaneTerm
    {
        public static Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> center, Vector256<float> sum) =>
            Vector256.MultiplyAddEstimate(a - center, a - center, sum);
    }

    private readonly struct DifferenceTerm : ILaneTerm
    {
        public static Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> center, Vector256<float> sum) =>
            Vector256.MultiplyAddEstimate(a - b, a - b, sum);
    }

    private readonly struct CenteredTerm : ILaneTerm
    {
        public static Vector256<float> Add(Vector256<float> a, Vector256<float> b, Vector256<float> center, Vector256<float> sum) =>
            Vector256.MultiplyAddEstimate(a - center, b, sum);
    }
}
