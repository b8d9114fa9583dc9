using System.Runtime.CompilerServices;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>64 bits of a general register: the level that needs no vectors.</summary>
internal readonly unsafe struct BitOpsScalar : IBitOps<ulong>
{
    private const ulong EachLane = 0x1_0000_0001;

    public static int Bytes => 8;

    public static void Require() { }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Create(uint word) => word * EachLane;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(byte* from) => *(ulong*)from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, ulong value) => *(ulong*)to = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong And(ulong a, ulong b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Or(ulong a, ulong b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Xor(ulong a, ulong b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Sum(ulong a, ulong b, ulong c) => a ^ b ^ c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Carry(ulong a, ulong b, ulong c) => (a & (b ^ c)) ^ (b & c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CarryOfSum(ulong sum, ulong a, ulong b) => ((a ^ b) & ~sum) | (a & ~(a ^ b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Right(ulong value, int count) => (value >> count) & Create(uint.MaxValue >> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Left(ulong value, int count) => (value << count) & Create(uint.MaxValue << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Choose(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to) => ChannelChoices.ByTable(bits, choices, lanes, first, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Move(ushort* from, int count, ushort more, ushort* to) => ChannelChoices.MoveEach(from, count, more, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Numbers(uint* pairs, int* offsets, float* factors, float* biases, float* y)
    {
        for (int i = 0; i < 16; i++)
        {
            y[i] = BinaryResult.Number(2 * (short)pairs[i] + offsets[i], factors[i], biases[i]);
            y[16 + i] = BinaryResult.Number(2 * (short)(pairs[i] >> 16) + offsets[16 + i], factors[16 + i], biases[16 + i]);
        }
    }
}
