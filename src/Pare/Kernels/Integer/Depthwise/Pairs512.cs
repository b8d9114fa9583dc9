using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>32 channels of AVX-512BW.</summary>
internal readonly unsafe struct Pairs512 : IPairOps<Ints16>
{
    public static int Lanes => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx512BW.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Load(void* from) => Of(Vector512.Load((int*)from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Low(Ints16 a, Ints16 b) => Of(Avx512BW.UnpackLow(a.Value.AsInt16(), b.Value.AsInt16()).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 High(Ints16 a, Ints16 b) => Of(Avx512BW.UnpackHigh(a.Value.AsInt16(), b.Value.AsInt16()).AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Dot(Ints16 sum, Ints16 picture, Ints16 weights) =>
        Of(sum.Value + Avx512BW.MultiplyAddAdjacent(picture.Value.AsInt16(), weights.Value.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Ints16 low, Ints16 high, float* factors, in ByteRange range)
    {
        Vector512<int> first = range.Round(Avx512F.Multiply(Avx512F.ConvertToVector512Single(low.Value), Vector512.Load(factors))), second = range.Round(Avx512F.Multiply(Avx512F.ConvertToVector512Single(high.Value), Vector512.Load(factors + Lanes)));
        Avx512BW.ConvertToVector256Byte(Avx512BW.PackSignedSaturate(first, second)).Store(to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ints16 Of(Vector512<int> value) => Unsafe.BitCast<Vector512<int>, Ints16>(value);
}
