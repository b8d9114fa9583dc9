using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Vectors;

/// <summary>16 numbers of AVX-512.</summary>
internal readonly unsafe struct Ops512 : IVectorOps<Floats16>
{
    public static int Lanes => 16;

    public static bool ManyRegisters => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx512F.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Create(float value) => Of(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Load(float* from) => Of(Avx512F.LoadVector512(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* to, Floats16 value) => Avx512F.Store(to, value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 MultiplyAdd(Floats16 a, Floats16 b, Floats16 c) => Of(Avx512F.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Add(Floats16 a, Floats16 b) => Of(Avx512F.Add(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Subtract(Floats16 a, Floats16 b) => Of(Avx512F.Subtract(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Multiply(Floats16 a, Floats16 b) => Of(Avx512F.Multiply(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Max(Floats16 a, Floats16 b) => Of(Avx512F.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Min(Floats16 a, Floats16 b) => Of(Avx512F.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Exceeds(Floats16 a, Floats16 b) =>
        Of(Vector512.GreaterThan(a.Value, b.Value) | Vector512.AndNot(Vector512.Equals(b.Value, b.Value), Vector512.Equals(a.Value, a.Value)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Same(Floats16 a, Floats16 b) => Of(Vector512.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Select(Floats16 mask, Floats16 a, Floats16 b) => Of(Vector512.ConditionalSelect(mask.Value, a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Inside(Floats16 value, Floats16 y, Floats16 low, Floats16 high) =>
        Of(Vector512.ConditionalSelect(Vector512.GreaterThan(y.Value, low.Value) & Vector512.LessThan(y.Value, high.Value), value.Value, Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 LoadPart(float* from, int count) => Of(Avx512F.MaskLoad(from, Mask(count), default));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePart(float* to, Floats16 value, int count) => Avx512F.MaskStore(to, Mask(count), value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Mask(int count) =>
        Avx512F.CompareGreaterThan(Vector512.Create(count), Vector512.Create(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(float* line) => Sse.Prefetch1(line);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Largest(Floats16 a, Floats16 b) => Of(Vector512.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Divide(Floats16 a, Floats16 b) => Of(Avx512F.Divide(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Sqrt(Floats16 a) => Of(Avx512F.Sqrt(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats16 Of(Vector512<float> value) => Unsafe.BitCast<Vector512<float>, Floats16>(value);
}
