using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Loops;

/// <summary>x where positive, otherwise a x.</summary>
internal readonly struct LeakyReluFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), a * x, x);
}

/// <summary>x where over a, otherwise 0.</summary>
internal readonly struct ThresholdedReluFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, a), Vector256<float>.Zero, x);
}

/// <summary>x where positive, otherwise a (e^x - 1).</summary>
internal readonly struct EluFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), a * (Exponentials.Bounded(x) - Vector256<float>.One), x);
}

/// <summary>b x where positive, otherwise b a (e^x - 1).</summary>
internal readonly struct SeluFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        b * Vector256.ConditionalSelect(Vector256.GreaterThan(x, Vector256<float>.Zero), x, a * (Exponentials.Bounded(x) - Vector256<float>.One));
}

/// <summary>max(0, x) + min(0, a (e^(x / a) - 1)).</summary>
internal readonly struct CeluFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.Max(Vector256<float>.Zero, x) + Vector256.Min(Vector256<float>.Zero, a * (Exponentials.Bounded(x / a) - Vector256<float>.One));
}

/// <summary>1 / (1 + e^-x).</summary>
internal readonly struct SigmoidFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Exponentials.Sigmoid(x);
}

/// <summary>a x + b kept within 0 and 1.</summary>
internal readonly struct HardSigmoidFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Exponentials.Clamp(a * x + b, 0, 1);
}

/// <summary>x (x / 6 + 1 / 2 kept within 0 and 1).</summary>
internal readonly struct HardSwishFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        x * Exponentials.Clamp(x / Vector256.Create(6f) + Vector256.Create(0.5f), 0, 1);
}

/// <summary>x sigmoid(a x).</summary>
internal readonly struct SwishFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => x * Exponentials.Sigmoid(a * x);
}

/// <summary>x (n / (n + 2)), n = e (e + 2), e = e^x: x tanh(log(1 + e)).</summary>
internal readonly struct MishFormula : IUnary
{
    /// <summary>From here on tanh(log(1 + e^x)) is 1.</summary>
    internal const float Enough = 20;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> two = Vector256.Create(2f), e = Exponentials.Exp(Exponentials.Clamp(x, -104, Enough)), n = e * (e + two);
        return x * (n / (n + two));
    }
}

/// <summary>x times the probability that a normal number lies below x.</summary>
internal readonly struct GeluFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => x * Below(x, out _);

    /// <summary>The probability, and e^(-x^2 / 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Below(Vector256<float> x, out Vector256<float> gauss)
    {
        Vector256<float> tail = Vector256.Create(0.5f) * Exponentials.Erfc(Vector256.Abs(x) * Vector256.Create(0.70710678f), out gauss);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), tail, Vector256<float>.One - tail);
    }
}

/// <summary>x sigmoid(2 sqrt(2 / pi) (x + 0.044715 x^3)): x / 2 (1 + tanh(...)).</summary>
internal readonly struct GeluTanhFormula : IUnary
{
    internal const float Scale = 1.59576912f, Cube = 0.044715f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => x * Gate(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> Gate(Vector256<float> x) =>
        Exponentials.Sigmoid(Vector256.Create(Scale) * (x + Vector256.Create(Cube) * x * x * x));
}

/// <summary>max(x, 0) + log(1 + e^-|x|): log(1 + e^x).</summary>
internal readonly struct SoftplusFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.Max(x, Vector256<float>.Zero) + Exponentials.Log1P(Exponentials.Bounded(-Vector256.Abs(x)));
}

/// <summary>x / (1 + |x|).</summary>
internal readonly struct SoftsignFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => x / (Vector256<float>.One + Vector256.Abs(x));
}
