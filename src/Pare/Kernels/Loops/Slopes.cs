using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Loops;

/// <summary>Slope of the sigmoid from its output: y (1 - y).</summary>
internal readonly struct SigmoidSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> y, Vector256<float> a, Vector256<float> b) => y * (Vector256<float>.One - y);
}

/// <summary>Slope of the hyperbolic tangent from its output: 1 - y^2.</summary>
internal readonly struct TanhSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> y, Vector256<float> a, Vector256<float> b) => Vector256<float>.One - y * y;
}

/// <summary>a where x is negative, otherwise 1.</summary>
internal readonly struct LeakyReluSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), a, Vector256<float>.One);
}

/// <summary>a e^x where x is negative, otherwise 1.</summary>
internal readonly struct EluSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256<float>.Zero), a * Exponentials.Bounded(x), Vector256<float>.One);
}

/// <summary>a where a x + b lies strictly within 0 and 1, otherwise 0.</summary>
internal readonly struct HardSigmoidSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> line = a * x + b;
        return a & Vector256.GreaterThan(line, Vector256<float>.Zero) & Vector256.LessThan(line, Vector256<float>.One);
    }
}

/// <summary>0 up to -3, 1 from 3, x / 3 + 1 / 2 between.</summary>
internal readonly struct HardSwishSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> three = Vector256.Create(3f), between = x / three + Vector256.Create(0.5f);
        Vector256<float> low = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(x, -three), Vector256<float>.Zero, between);
        return Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, three), Vector256<float>.One, low);
    }
}

/// <summary>s (1 + a x (1 - s)), s = sigmoid(a x).</summary>
internal readonly struct SwishSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> t = a * x, s = Exponentials.Sigmoid(t);
        return s * (Vector256<float>.One + t * (Vector256<float>.One - s));
    }
}

/// <summary>t + x (1 - t^2) sigmoid(x), t = n / (n + 2), 1 - t^2 = 4 (n + 1) / (n + 2)^2, n = e (e + 2), e = e^x.</summary>
internal readonly struct MishSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> one = Vector256<float>.One, two = Vector256.Create(2f), within = Exponentials.Clamp(x, -87, MishFormula.Enough);
        Vector256<float> e = Exponentials.Bounded(within), n = e * (e + two), m = one / (n + two);
        return n * m + within * (e / (one + e)) * Vector256.Create(4f) * (n + one) * m * m;
    }
}

/// <summary>The probability that a normal number lies below x, and x times its density.</summary>
internal readonly struct GeluSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> below = GeluFormula.Below(x, out Vector256<float> gauss);
        return below + x * gauss * Vector256.Create(0.39894228f);
    }
}

/// <summary>s + x s (1 - s) times the slope of what the sigmoid s is taken of.</summary>
internal readonly struct GeluTanhSlope : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b)
    {
        Vector256<float> s = GeluTanhFormula.Gate(x), one = Vector256<float>.One;
        Vector256<float> inner = Vector256.Create(GeluTanhFormula.Scale) * (one + Vector256.Create(3 * GeluTanhFormula.Cube) * x * x);
        return s + x * s * (one - s) * inner;
    }
}
