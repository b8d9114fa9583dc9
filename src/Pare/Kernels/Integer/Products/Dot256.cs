using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Integer.Products;

/// <summary>8 sums of pairs of 16 bits: vpmaddwd of AVX2.</summary>
internal readonly unsafe struct Dot256 : IDotOps<Ints8>
{
    public static int Lanes => 8;

    public static bool ManyRegisters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx2.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Load(int* from) => Of(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Broadcast(byte* unit) => Of(Vector256.Create(*(int*)unit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Dot(Ints8 sum, Ints8 picture, Ints8 weights) =>
        Of(sum.Value + Avx2.MultiplyAddAdjacent(picture.Value.AsInt16(), weights.Value.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Ints8 sum, float* factors, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Avx.Multiply(Avx.ConvertToVector256Single(sum.Value), Vector256.Load(factors))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ints8 Of(Vector256<int> value) => Unsafe.BitCast<Vector256<int>, Ints8>(value);
}
