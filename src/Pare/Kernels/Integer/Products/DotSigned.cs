using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Pare.Kernels.Integer.Products;

/// <summary>4 sums of four bytes, all of them signed: sdot of ARM's dot product extension, portable where there is none. Its vectors are those of <see cref="Dot128"/>.</summary>
internal readonly unsafe struct DotSigned : IDotOps<Vector128<int>>
{
    public static int Lanes => Dot128.Lanes;

    public static bool ManyRegisters => Dot128.ManyRegisters;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require() => Dot128.Require();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(int* from) => Dot128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(byte* unit) => Dot128.Broadcast(unit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Dot(Vector128<int> sum, Vector128<int> picture, Vector128<int> weights) => Dp.IsSupported
        ? Dp.DotProduct(sum, picture.AsSByte(), weights.AsSByte())
        : sum + (picture << 24 >> 24) * (weights << 24 >> 24) + (picture << 16 >> 24) * (weights << 16 >> 24)
            + (picture << 8 >> 24) * (weights << 8 >> 24) + (picture >> 24) * (weights >> 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<int> sum, float* factors, in ByteRange range) => Dot128.Store(to, sum, factors, range);
}
