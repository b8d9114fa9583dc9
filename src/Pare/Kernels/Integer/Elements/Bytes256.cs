using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Elements;

/// <summary>8 integers of AVX2.</summary>
internal readonly unsafe struct Bytes256 : IByteOps<Ints8>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx2.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Create(int value) => Of(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Load(byte* from) => Of(Avx2.ConvertToVector256Int32(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Add(Ints8 a, Ints8 b) => Of(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Subtract(Ints8 a, Ints8 b) => Of(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Xor(Ints8 a, Ints8 b) => Of(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Max(Ints8 a, Ints8 b) => Of(Vector256.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Ints8 values) => ByteRange.Store(to, values.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreScaled(byte* to, Ints8 values, float factor, in ByteRange range) => ByteRange.Store(to, range.Round(Avx.Multiply(Avx.ConvertToVector256Single(values.Value), Vector256.Create(factor))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSum(byte* to, Ints8 a, float factorA, Ints8 b, float factorB, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Avx.Multiply(Avx.ConvertToVector256Single(a.Value), Vector256.Create(factorA)) + Avx.Multiply(Avx.ConvertToVector256Single(b.Value), Vector256.Create(factorB))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreProduct(byte* to, Ints8 a, Ints8 b, float factor, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Avx.Multiply(Avx.Multiply(Avx.ConvertToVector256Single(a.Value), Avx.ConvertToVector256Single(b.Value)), Vector256.Create(factor))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ints8 Of(Vector256<int> value) => Unsafe.BitCast<Vector256<int>, Ints8>(value);
}
