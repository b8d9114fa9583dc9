using System.Runtime.CompilerServices;

namespace Pare.Kernels.Coded;

/// <summary>One lane: no vector instructions at all.</summary>
internal readonly unsafe struct CodesScalar : ICodeOps<float>
{
    private const uint SixteenMask = 15;
    private const uint ThirtyTwoMask = 31;

    public static int TableBits => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Load(uint* from) => BitConverter.UInt32BitsToSingle(*from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Every(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Next(float words, float every, int bits) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(words) >> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Look(float words, float low, float high, float* table) => table[BitConverter.SingleToUInt32Bits(words) & SixteenMask];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LookPair(float words, float low, float high, float* table) => Gather(words, Every(ThirtyTwoMask), table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Gather(float words, float mask, float* table) => table[BitConverter.SingleToUInt32Bits(words) & BitConverter.SingleToUInt32Bits(mask)];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Number(float words, float mask, float zero) => (BitConverter.SingleToUInt32Bits(words) & BitConverter.SingleToUInt32Bits(mask)) - zero;
}
