using System.Runtime.Intrinsics;

namespace Pare.Kernels.Loops;

/// <summary>A formula of two numbers, as a vector and as the scalar it equals bit for bit.</summary>
internal interface IBinary
{
    /// <summary>Eight results.</summary>
    static abstract Vector256<float> Apply(Vector256<float> a, Vector256<float> b);

    /// <summary>One result.</summary>
    static abstract float Apply(float a, float b);
}

/// <summary>a + b.</summary>
internal readonly struct AddOperation : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a + b;

    public static float Apply(float a, float b) => a + b;
}

/// <summary>a - b.</summary>
internal readonly struct SubtractOperation : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a - b;

    public static float Apply(float a, float b) => a - b;
}

/// <summary>a * b.</summary>
internal readonly struct MultiplyOperation : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a * b;

    public static float Apply(float a, float b) => a * b;
}

/// <summary>a / b.</summary>
internal readonly struct DivideOperation : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) => a / b;

    public static float Apply(float a, float b) => a / b;
}

/// <summary>The gradient of a rectifier: a where b (its input or output) is positive, else 0.</summary>
internal readonly struct RectifierGradient : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(b, Vector256<float>.Zero), a, Vector256<float>.Zero);

    public static float Apply(float a, float b) => b > 0 ? a : 0;
}

/// <summary>a where it is not negative, otherwise b a.</summary>
internal readonly struct PReluOperation : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, Vector256<float>.Zero), b * a, a);

    public static float Apply(float a, float b) => a < 0 ? b * a : a;
}

/// <summary>b where a is negative, otherwise 1.</summary>
internal readonly struct PReluFactorOperation : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(a, Vector256<float>.Zero), b, Vector256<float>.One);

    public static float Apply(float a, float b) => a < 0 ? b : 1;
}

/// <summary>a b where b is negative, otherwise 0.</summary>
internal readonly struct PReluNegativeOperation : IBinary
{
    public static Vector256<float> Apply(Vector256<float> a, Vector256<float> b) =>
        Vector256.ConditionalSelect(Vector256.LessThan(b, Vector256<float>.Zero), a * b, Vector256<float>.Zero);

    public static float Apply(float a, float b) => b < 0 ? a * b : 0;
}
