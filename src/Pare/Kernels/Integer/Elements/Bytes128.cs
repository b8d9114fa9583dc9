using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Integer.Products;

namespace Pare.Kernels.Integer.Elements;

/// <summary>4 integers, portable.</summary>
internal readonly unsafe struct Bytes128 : IByteOps<Vector128<int>>
{
    public static int Lanes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Vector128.IsHardwareAccelerated))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Create(int value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Load(byte* from) => Widened(*(uint*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Add(Vector128<int> a, Vector128<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Subtract(Vector128<int> a, Vector128<int> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Xor(Vector128<int> a, Vector128<int> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Max(Vector128<int> a, Vector128<int> b) => Vector128.Max(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<int> values) => ByteRange.Store(to, values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreScaled(byte* to, Vector128<int> values, float factor, in ByteRange range) => ByteRange.Store(to, range.Round(Vector128.ConvertToSingle(values) * Vector128.Create(factor)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreSum(byte* to, Vector128<int> a, float factorA, Vector128<int> b, float factorB, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Vector128.ConvertToSingle(a) * Vector128.Create(factorA) + Vector128.ConvertToSingle(b) * Vector128.Create(factorB)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreProduct(byte* to, Vector128<int> a, Vector128<int> b, float factor, in ByteRange range) =>
        ByteRange.Store(to, range.Round(Vector128.ConvertToSingle(a) * Vector128.ConvertToSingle(b) * Vector128.Create(factor)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Widened(uint bytes) => Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalar(bytes).AsByte())).AsInt32();
}
