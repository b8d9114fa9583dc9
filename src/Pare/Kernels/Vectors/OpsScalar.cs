using System.Runtime.CompilerServices;

namespace Pare.Kernels.Vectors;

/// <summary>One number: no vector instructions at all.</summary>
internal readonly unsafe struct OpsScalar : IVectorOps<float>
{
    public static int Lanes => 1;

    public static bool ManyRegisters => false;

    public static void Require() { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Create(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(float* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LoadPart(float* from, int count) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, float value) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* to, float value, int count) => *to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => float.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Add(float a, float b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Subtract(float a, float b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Multiply(float a, float b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float a, float b) => a > b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Min(float a, float b) => a < b ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exceeds(float a, float b) => Mask(a > b || (float.IsNaN(a) && !float.IsNaN(b)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Same(float a, float b) => Mask(a == b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Select(float mask, float a, float b) => BitConverter.SingleToInt32Bits(mask) != 0 ? a : b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Inside(float value, float y, float low, float high) => y > low && y < high ? value : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Mask(bool isSet) => BitConverter.Int32BitsToSingle(isSet ? -1 : 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* line) { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(float a, float b) => MathF.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Divide(float a, float b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sqrt(float a) => MathF.Sqrt(a);
}
