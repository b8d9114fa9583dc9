using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Depthwise;

/// <summary>8 channels, portable.</summary>
internal readonly unsafe struct Pairs128 : IPairOps<Vector128<int>>
{
    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Vector128.IsHardwareAccelerated))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(void* from) => Vector128.Load((int*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Low(Vector128<int> a, Vector128<int> b) => Sse2.IsSupported ? Sse2.UnpackLow(a.AsInt16(), b.AsInt16()).AsInt32() : Zipped(Vector128.WidenLower(a.AsUInt16()), Vector128.WidenLower(b.AsUInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> High(Vector128<int> a, Vector128<int> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a.AsInt16(), b.AsInt16()).AsInt32() : Zipped(Vector128.WidenUpper(a.AsUInt16()), Vector128.WidenUpper(b.AsUInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Dot(Vector128<int> sum, Vector128<int> picture, Vector128<int> weights) =>
        Dot128.Dot(sum, picture, weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<int> low, Vector128<int> high, float* factors, in ByteRange range)
    {
        Vector128<int> first = range.Round(Vector128.ConvertToSingle(low) * Vector128.Load(factors)), second = range.Round(Vector128.ConvertToSingle(high) * Vector128.Load(factors + Lanes));
        Vector128<short> whole = Vector128.Narrow(first, second);
        *(ulong*)to = Vector128.Narrow(whole.AsUInt16() & Vector128.Create((ushort)0xFF), Vector128<ushort>.Zero).AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Zipped(Vector128<uint> a, Vector128<uint> b) => (a | b << 16).AsInt32();
}
