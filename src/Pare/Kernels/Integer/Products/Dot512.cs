using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Integer.Products;

/// <summary>16 sums of pairs of 16 bits: vpmaddwd of AVX-512BW.</summary>
internal readonly unsafe struct Dot512 : IDotOps<Ints16>
{
    public static int Lanes => 16;

    public static bool ManyRegisters => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx512BW.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Load(int* from) => Of(Vector512.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Broadcast(byte* unit) => Of(Vector512.Create(*(int*)unit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints16 Dot(Ints16 sum, Ints16 picture, Ints16 weights) =>
        Of(sum.Value + Avx512BW.MultiplyAddAdjacent(picture.Value.AsInt16(), weights.Value.AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Ints16 sum, float* factors, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Avx512F.Multiply(Avx512F.ConvertToVector512Single(sum.Value), Vector512.Load(factors))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ints16 Of(Vector512<int> value) => Unsafe.BitCast<Vector512<int>, Ints16>(value);
}
