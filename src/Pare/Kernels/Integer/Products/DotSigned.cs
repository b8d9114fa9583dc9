using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace Pare.Kernels.Integer.Products;

/// <summary>4 sums of four bytes, all of them signed: sdot of ARM's dot product extension, portable where there is none.</summary>
internal readonly unsafe struct DotSigned : IDotOps<Vector128<int>>
{
    public static int Lanes => 4;

    public static bool ManyRegisters => AdvSimd.Arm64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Vector128.IsHardwareAccelerated))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(int* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Broadcast(byte* unit) => Vector128.Create(*(int*)unit);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Dot(Vector128<int> sum, Vector128<int> picture, Vector128<int> weights) => Dp.IsSupported
        ? Dp.DotProduct(sum, picture.AsSByte(), weights.AsSByte())
        : sum + (picture << 24 >> 24) * (weights << 24 >> 24) + (picture << 16 >> 24) * (weights << 16 >> 24)
            + (picture << 8 >> 24) * (weights << 8 >> 24) + (picture >> 24) * (weights >> 24);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<int> sum, float* factors, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Vector128.ConvertToSingle(sum) * Vector128.Load(factors)));
}
