using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Integer.Products;

/// <summary>8 sums of four bytes, those of the picture unsigned, those of the weights signed: vpdpbusd of AVX-VNNI, without saturation.</summary>
internal readonly unsafe struct DotVnni : IDotOps<Ints8>
{
    public static int Lanes => 8;

    public static bool ManyRegisters => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(AvxVnni.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Load(int* from) => Of(Vector256.Load(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Broadcast(byte* unit) => Of(Vector256.Create(*(int*)unit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Ints8 Dot(Ints8 sum, Ints8 picture, Ints8 weights) =>
        Of(AvxVnni.MultiplyWideningAndAdd(sum.Value, picture.Value.AsByte(), weights.Value.AsSByte()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Ints8 sum, float* factors, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Avx.Multiply(Avx.ConvertToVector256Single(sum.Value), Vector256.Load(factors))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Ints8 Of(Vector256<int> value) => Unsafe.BitCast<Vector256<int>, Ints8>(value);
}
