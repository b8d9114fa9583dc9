using System.Runtime.CompilerServices;

namespace Pare.Kernels.Integer.Products;

/// <summary>One sum of pairs of 16 bits: the level that defines the results.</summary>
internal readonly unsafe struct DotScalar : IDotOps<int>
{
    public static int Lanes => 1;

    public static bool ManyRegisters => false;

    public static void Require() { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Load(int* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Broadcast(byte* unit) => *(int*)unit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Dot(int sum, int picture, int weights) =>
        unchecked(sum + (short)picture * (short)weights + (picture >> 16) * (weights >> 16));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, int sum, float* factors, in ByteRange range) =>
        *to = range.Round(sum * *factors);
}
