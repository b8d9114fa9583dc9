using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Pare.Encodings;

/// <summary>Fake quantization by a step s: y = s r with r = clip(round(x / s), low, high), half to even, and what its gradients are taken for.</summary>
/// <remarks>
/// 8 lanes, independent of each other; the tail is computed by the same formulas. Sums are those of 16 fixed lanes over blocks of 4096
/// numbers, folded by halves and added in double, so that they depend on the length alone. NaN stays NaN; there is no level -0, as codes have none.
/// </remarks>
internal static class Steps
{
    /// <summary>A step is never nearer to 0 than this: a step that learns may not vanish.</summary>
    public const float Least = 1e-10f;

    private const int Lanes = 8, Block = 4096;

    /// <summary>The step that a learned number stands for: its magnitude. A step that a large update took across 0 comes back.</summary>
    public static float Of(float learned) => MathF.Max(MathF.Abs(learned), Least);

    /// <summary>What the gradient of a step is multiplied by for the number that learns: -1 where that is below 0.</summary>
    public static float Sign(float learned) => learned < 0 ? -1 : 1;

    /// <summary>
    /// What the gradient of a step is multiplied by, so that steps and numbers move alike: 1 / sqrt(count * high) of Esser et al., section
    /// 2.2; for PACT 1 / high^2, which is descent on the clip alpha = s high.
    /// </summary>
    /// <param name="rule">How the step learns.</param>
    /// <param name="count">Numbers that share the step; of activations those of one sample.</param>
    /// <param name="high">The greatest level, at least 1.</param>
    public static double GradientScale(StepRule rule, long count, int high) =>
        rule == StepRule.Pact ? 1.0 / ((double)high * high) : 1 / Math.Sqrt(Math.Max(1, count) * (double)high);

    /// <summary>y[i] = s r[i]; x may be y.</summary>
    public static void Quantize(ReadOnlySpan<float> x, Span<float> y, float s, float low, float high)
    {
        y = y[..x.Length];
        ref float from = ref MemoryMarshal.GetReference(x), to = ref MemoryMarshal.GetReference(y);
        Vector256<float> step = Vector256.Create(s), lows = Vector256.Create(low), highs = Vector256.Create(high);
        int i = 0;
        for (; i + Lanes <= x.Length; i += Lanes)
            (Level(Vector256.LoadUnsafe(ref from, (nuint)i) / step, lows, highs) * step).StoreUnsafe(ref to, (nuint)i);
        for (; i < x.Length; i++)
            y[i] = Level(x[i] / s, low, high) * s;
    }

    /// <summary>
    /// dx[i] = dy[i] where x[i] / s lies within the range, otherwise 0. Returns the sum of dy[i] (r[i] - x[i] / s) within it and dy[i] r[i]
    /// outside; for PACT of the latter alone. dx may be dy.
    /// </summary>
    public static double PullBack(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, Span<float> dx, float s, float low, float high, StepRule rule)
    {
        double sum = 0;
        for (int i = 0; i < dy.Length; i += Block)
        {
            int count = Math.Min(Block, dy.Length - i);
            sum += PullBackBlock(dy.Slice(i, count), x.Slice(i, count), dx.Slice(i, count), s, low, high, rule == StepRule.Pact);
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double PullBackBlock(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, Span<float> dx, float s, float low, float high, bool clippedOnly)
    {
        ref float dys = ref MemoryMarshal.GetReference(dy), xs = ref MemoryMarshal.GetReference(x), dxs = ref MemoryMarshal.GetReference(dx);
        Vector256<float> step = Vector256.Create(s), lows = Vector256.Create(low), highs = Vector256.Create(high);
        Vector256<float> even = Vector256<float>.Zero, odd = Vector256<float>.Zero, rounding = clippedOnly ? Vector256<float>.Zero : Vector256<float>.AllBitsSet;
        int i = 0;
        for (; i + 2 * Lanes <= dy.Length; i += 2 * Lanes)
        {
            even += Backward(ref dys, ref xs, ref dxs, (nuint)i, step, lows, highs, rounding);
            odd += Backward(ref dys, ref xs, ref dxs, (nuint)(i + Lanes), step, lows, highs, rounding);
        }
        Vector128<float> folded = (even + odd).GetLower() + (even + odd).GetUpper();
        double sum = (folded[0] + folded[2]) + (folded[1] + folded[3]);
        for (; i < dy.Length; i++)
        {
            float v = x[i] / s, g = dy[i], level = Level(v, low, high);
            bool inside = v >= low && v <= high;
            dx[i] = inside ? g : 0;
            sum += inside ? clippedOnly ? 0 : g * (level - v) : g * level;
        }
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Backward(
        ref float dy, ref float x, ref float dx, nuint at, Vector256<float> step, Vector256<float> low, Vector256<float> high, Vector256<float> rounding)
    {
        Vector256<float> g = Vector256.LoadUnsafe(ref dy, at), v = Vector256.LoadUnsafe(ref x, at) / step;
        Vector256<float> inside = Vector256.GreaterThanOrEqual(v, low) & Vector256.LessThanOrEqual(v, high);
        (g & inside).StoreUnsafe(ref dx, at);
        Vector256<float> level = Level(v, low, high);
        return g * Vector256.ConditionalSelect(inside, (level - v) & rounding, level);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Level(Vector256<float> v, Vector256<float> low, Vector256<float> high) =>
        Vector256.MinNative(high, Vector256.MaxNative(low, Vector256.Round(v))) + Vector256<float>.Zero;

    private static float Level(float v, float low, float high)
    {
        float level = MathF.Round(v);
        return (level < low ? low : level > high ? high : level) + 0f;
    }
}
