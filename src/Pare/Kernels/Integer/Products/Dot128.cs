using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Integer.Products;

/// <summary>4 sums of pairs of 16 bits, portable: pmaddwd of SSE2 where there is one.</summary>
internal readonly unsafe struct Dot128 : IDotOps<Vector128<int>>
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
    public static Vector128<int> Dot(Vector128<int> sum, Vector128<int> picture, Vector128<int> weights) =>
        sum + (Sse2.IsSupported ? Sse2.MultiplyAddAdjacent(picture.AsInt16(), weights.AsInt16()) : (picture << 16 >> 16) * (weights << 16 >> 16) + (picture >> 16) * (weights >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<int> sum, float* factors, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Vector128.ConvertToSingle(sum) * Vector128.Load(factors)));
}
