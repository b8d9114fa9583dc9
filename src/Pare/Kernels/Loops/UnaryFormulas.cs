using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Loops;

/// <summary>e^x.</summary>
internal readonly struct ExpFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Exponentials.Exp(x);
}

/// <summary>Hyperbolic tangent.</summary>
internal readonly struct TanhFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Exponentials.Tanh(x);
}

/// <summary>The error function.</summary>
internal readonly struct ErfFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Exponentials.Erf(x);
}

/// <summary>-x.</summary>
internal readonly struct NegFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => -x;
}

/// <summary>|x|.</summary>
internal readonly struct AbsFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Vector256.Abs(x);
}

/// <summary>1 / x.</summary>
internal readonly struct ReciprocalFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Vector256<float>.One / x;
}

/// <summary>Square root.</summary>
internal readonly struct SqrtFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Vector256.Sqrt(x);
}

/// <summary>The largest integer not above x.</summary>
internal readonly struct FloorFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Vector256.Floor(x);
}

/// <summary>The smallest integer not below x.</summary>
internal readonly struct CeilFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) => Vector256.Ceiling(x);
}

/// <summary>1 where x is at least 0, otherwise -1.</summary>
internal readonly struct BinarySignFormula : IUnary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Apply(Vector256<float> x, Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.GreaterThanOrEqual(x, Vector256<float>.Zero), Vector256<float>.One, -Vector256<float>.One);
}
