using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Vectors;

/// <summary>8 numbers of AVX2 with fused multiply-add.</summary>
internal readonly unsafe struct Ops256 : IVectorOps<Floats8>
{
    public static int Lanes => 8;

    public static bool ManyRegisters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx2.IsSupported && Fma.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Create(float value) => Of(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Load(float* from) => Of(Avx.LoadVector256(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Floats8 value) => Avx.Store(to, value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 MultiplyAdd(Floats8 a, Floats8 b, Floats8 c) => Of(Fma.MultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Add(Floats8 a, Floats8 b) => Of(Avx.Add(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Subtract(Floats8 a, Floats8 b) => Of(Avx.Subtract(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Multiply(Floats8 a, Floats8 b) => Of(Avx.Multiply(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Max(Floats8 a, Floats8 b) => Of(Avx.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Min(Floats8 a, Floats8 b) => Of(Avx.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Exceeds(Floats8 a, Floats8 b) =>
        Of(Vector256.GreaterThan(a.Value, b.Value) | Vector256.AndNot(Vector256.Equals(b.Value, b.Value), Vector256.Equals(a.Value, a.Value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Same(Floats8 a, Floats8 b) => Of(Vector256.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Select(Floats8 mask, Floats8 a, Floats8 b) => Of(Vector256.ConditionalSelect(mask.Value, a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Inside(Floats8 value, Floats8 y, Floats8 low, Floats8 high) =>
        Of(Vector256.ConditionalSelect(Vector256.GreaterThan(y.Value, low.Value) & Vector256.LessThan(y.Value, high.Value), value.Value, Vector256<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 LoadPart(float* from, int count) => Of(Avx.MaskLoad(from, Mask(count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* to, Floats8 value, int count) => Avx.MaskStore(to, Mask(count), value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Mask(int count) =>
        Avx2.CompareGreaterThan(Vector256.Create(count), Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* line) => Sse.Prefetch1(line);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Largest(Floats8 a, Floats8 b) => Of(Vector256.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Divide(Floats8 a, Floats8 b) => Of(Avx.Divide(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Sqrt(Floats8 a) => Of(Avx.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats8 Of(Vector256<float> value) => new() { Value = value };
}
