using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>16 channels of AVX2.</summary>
internal readonly unsafe struct Pairs256 : IPairOps<Ints8>
{
    public static int Lanes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx2.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Load(void* from) => Of(Vector256.Load((int*)from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Low(Ints8 a, Ints8 b) => Of(Avx2.UnpackLow(a.Value.AsInt16(), b.Value.AsInt16()).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 High(Ints8 a, Ints8 b) => Of(Avx2.UnpackHigh(a.Value.AsInt16(), b.Value.AsInt16()).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Dot(Ints8 sum, Ints8 picture, Ints8 weights) =>
        Of(sum.Value + Avx2.MultiplyAddAdjacent(picture.Value.AsInt16(), weights.Value.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Ints8 low, Ints8 high, float* factors, in ByteRange range)
    {
        Vector256<int> first = range.Round(Avx.Multiply(Avx.ConvertToVector256Single(low.Value), Vector256.Load(factors))), second = range.Round(Avx.Multiply(Avx.ConvertToVector256Single(high.Value), Vector256.Load(factors + Lanes)));
        Vector256<short> whole = Avx2.PackSignedSaturate(first, second) & Vector256.Create((short)0xFF);
        Sse2.PackUnsignedSaturate(whole.GetLower(), whole.GetUpper()).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ints8 Of(Vector256<int> value) => Unsafe.BitCast<Vector256<int>, Ints8>(value);
}
