using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Loops;

/// <summary>Exponential functions of eight numbers, to about 2 units in the last place; NaN stays NaN.</summary>
internal static class Exponentials
{
    private const float Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;

    /// <summary>1.5 * 2^23: added to a number below 2^22, it leaves the nearest integer in the low bits.</summary>
    private const float Magic = 12582912f;

    /// <summary>e^x of any number: infinity above 88.7, denormal and then 0 below -87.3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        (Vector256<float> p, Vector256<int> n) = Split(Clamp(x, -104, 89));
        Vector256<int> half = Vector256.ShiftRightArithmetic(n, 1); // 2^n in two factors: one alone cannot be 2^128 or 2^-149
        return p * Power(half) * Power(n - half);
    }

    /// <summary>e^x where x is kept within -87 and 88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Bounded(Vector256<float> x)
    {
        (Vector256<float> p, Vector256<int> n) = Split(Clamp(x, -87, 88));
        return p * Power(n);
    }

    /// <summary>1 / (1 + e^-x): 0 for -infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Exp(-x));

    /// <summary>Hyperbolic tangent: (1 - e^-2x) / (1 + e^-2x), its series near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Tanh(Vector256<float> x)
    {
        Vector256<float> size = Vector256.Abs(x), e = Bounded(size * Vector256.Create(-2f)), square = x * x;
        Vector256<float> far = (Vector256<float>.One - e) / (Vector256<float>.One + e);
        Vector256<float> near = Horner(square, [62f / 2835, -17f / 315, 2f / 15, -1f / 3, 1]) * x;
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(0.3f)), near, WithSign(far, x));
    }

    /// <summary>log(1 + e) for e within 0 and 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log1P(Vector256<float> e)
    {
        Vector256<float> near = Horner(e, [-1f / 4, 1f / 3, -1f / 2, 1]) * e;
        return Vector256.ConditionalSelect(Vector256.LessThan(e, Vector256.Create(0.02f)), near, Vector256.Log(Vector256<float>.One + e));
    }

    /// <summary>1 - erf(z) for z from 0, and e^(-z^2) on the way. Absolute error below 3e-7.</summary>
    /// <remarks>Abramowitz, Stegun, "Handbook of Mathematical Functions", 1964, formula 7.1.26.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Erfc(Vector256<float> z, out Vector256<float> gauss)
    {
        Vector256<float> t = Vector256<float>.One / Vector256.MultiplyAddEstimate(z, Vector256.Create(0.3275911f), Vector256<float>.One);
        gauss = Exp(-z * z);
        return Horner(t, [1.061405429f, -1.453152027f, 1.421413741f, -0.284496736f, 0.254829592f]) * t * gauss;
    }

    /// <summary>The error function: its series near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Erf(Vector256<float> x)
    {
        const float Scale = 1.12837917f; // 2 / sqrt(pi)
        Vector256<float> size = Vector256.Abs(x);
        Vector256<float> near = Horner(x * x, [Scale / 9360, -Scale / 1320, Scale / 216, -Scale / 42, Scale / 10, -Scale / 3, Scale]) * x;
        Vector256<float> far = WithSign(Vector256<float>.One - Erfc(size, out _), x);
        return Vector256.ConditionalSelect(Vector256.LessThan(size, Vector256.Create(0.5f)), near, far);
    }

    /// <summary>The polynomial with these coefficients, the highest first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Horner(Vector256<float> x, ReadOnlySpan<float> coefficients)
    {
        Vector256<float> sum = Vector256.Create(coefficients[0]);
        for (int i = 1; i < coefficients.Length; i++) sum = Vector256.MultiplyAddEstimate(sum, x, Vector256.Create(coefficients[i]));
        return sum;
    }

    /// <summary>x kept within two numbers; NaN stays.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Clamp(Vector256<float> x, float low, float high) =>
        Vector256.MinNative(Vector256.Create(high), Vector256.MaxNative(Vector256.Create(low), x));

    // e^x = 2^n e^r, n the nearest integer to x / ln 2, |r| below 0.35, where the series to the 7th power is exact to 6e-9.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> P, Vector256<int> N) Split(Vector256<float> x)
    {
        Vector256<float> shifted = Vector256.MultiplyAddEstimate(x, Vector256.Create(Log2E), Vector256.Create(Magic)), n = shifted - Vector256.Create(Magic);
        Vector256<float> r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2High), x);
        r = Vector256.MultiplyAddEstimate(n, Vector256.Create(-Ln2Low), r);
        Vector256<float> p = Vector256.Create(1f / 5040);
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1f / 720));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1f / 120));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1f / 24));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(1f / 6));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256.Create(0.5f));
        p = Vector256.MultiplyAddEstimate(p, r, Vector256<float>.One);
        return (Vector256.MultiplyAddEstimate(p, r, Vector256<float>.One), shifted.AsInt32() - Vector256.Create(Magic).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Power(Vector256<int> n) => ((n + Vector256.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> WithSign(Vector256<float> size, Vector256<float> sign) => size | (sign & Vector256.Create(-0f));
}
