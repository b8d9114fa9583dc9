using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Bits;

/// <summary>256 bits of AVX-512VL: three operands in one instruction, for pictures that do not fill 512; in all else those of <see cref="BitOps256"/>.</summary>
internal readonly unsafe struct BitOpsTernary256 : IBitOps<Bits256>
{
    public static int Bytes => BitOps256.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx512F.VL.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Create(uint word) => BitOps256.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Load(byte* from) => BitOps256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Bits256 value) => BitOps256.Store(to, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 And(Bits256 a, Bits256 b) => BitOps256.And(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Or(Bits256 a, Bits256 b) => BitOps256.Or(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Xor(Bits256 a, Bits256 b) => BitOps256.Xor(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Sum(Bits256 a, Bits256 b, Bits256 c) => new() { Value = Avx512F.VL.TernaryLogic(a.Value, b.Value, c.Value, 0x96) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Carry(Bits256 a, Bits256 b, Bits256 c) => new() { Value = Avx512F.VL.TernaryLogic(a.Value, b.Value, c.Value, 0xE8) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 CarryOfSum(Bits256 sum, Bits256 a, Bits256 b) => new() { Value = Avx512F.VL.TernaryLogic(a.Value, sum.Value, b.Value, 0xB2) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Right(Bits256 value, int count) => BitOps256.Right(value, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Left(Bits256 value, int count) => BitOps256.Left(value, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Choose(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to) => ChannelChoices.ByCompression(bits, choices, lanes, first, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Move(ushort* from, int count, ushort more, ushort* to) => ChannelChoices.Move512(from, count, more, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Numbers(uint* pairs, int* offsets, float* factors, float* biases, float* y) => BitOps256.Numbers(pairs, offsets, factors, biases, y);
}
