using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Elements;

/// <summary>16 integers of AVX-512.</summary>
internal readonly unsafe struct Bytes512 : IByteOps<Ints16>
{
    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx512F.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Create(int value) => Of(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Load(byte* from) => Of(Avx512F.ConvertToVector512Int32(Vector128.Load(from)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Add(Ints16 a, Ints16 b) => Of(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Subtract(Ints16 a, Ints16 b) => Of(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Xor(Ints16 a, Ints16 b) => Of(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Max(Ints16 a, Ints16 b) => Of(Vector512.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Ints16 values) => ByteRange.Store(to, values.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreScaled(byte* to, Ints16 values, float factor, in ByteRange range) => ByteRange.Store(to, range.Round(Avx512F.Multiply(Avx512F.ConvertToVector512Single(values.Value), Vector512.Create(factor))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSum(byte* to, Ints16 a, float factorA, Ints16 b, float factorB, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Avx512F.Multiply(Avx512F.ConvertToVector512Single(a.Value), Vector512.Create(factorA)) + Avx512F.Multiply(Avx512F.ConvertToVector512Single(b.Value), Vector512.Create(factorB))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreProduct(byte* to, Ints16 a, Ints16 b, float factor, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Avx512F.Multiply(Avx512F.Multiply(Avx512F.ConvertToVector512Single(a.Value), Avx512F.ConvertToVector512Single(b.Value)), Vector512.Create(factor))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ints16 Of(Vector512<int> value) => Unsafe.BitCast<Vector512<int>, Ints16>(value);
}
