using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Bits;

/// <summary>512 bits of AVX-512: three operands in one instruction.</summary>
internal readonly unsafe struct BitOps512 : IBitOps<Bits512>
{
    public static int Bytes => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx512F.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Create(uint word) => new() { Value = Vector512.Create(word) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Load(byte* from) => new() { Value = Vector512.Load((uint*)from) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Bits512 value) => value.Value.Store((uint*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 And(Bits512 a, Bits512 b) => new() { Value = a.Value & b.Value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Or(Bits512 a, Bits512 b) => new() { Value = a.Value | b.Value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Xor(Bits512 a, Bits512 b) => new() { Value = a.Value ^ b.Value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Sum(Bits512 a, Bits512 b, Bits512 c) => new() { Value = Avx512F.TernaryLogic(a.Value, b.Value, c.Value, 0x96) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Carry(Bits512 a, Bits512 b, Bits512 c) => new() { Value = Avx512F.TernaryLogic(a.Value, b.Value, c.Value, 0xE8) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 CarryOfSum(Bits512 sum, Bits512 a, Bits512 b) => new() { Value = Avx512F.TernaryLogic(a.Value, sum.Value, b.Value, 0xB2) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Right(Bits512 value, int count) => new() { Value = value.Value >>> count };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits512 Left(Bits512 value, int count) => new() { Value = value.Value << count };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Choose(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to) => ChannelChoices.ByCompression(bits, choices, lanes, first, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Move(ushort* from, int count, ushort more, ushort* to) => ChannelChoices.Move512(from, count, more, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Numbers(uint* pairs, int* offsets, float* factors, float* biases, float* y)
    {
        for (int i = 0; i < 16; i += Bytes / sizeof(uint))
        {
            Vector512<int> both = Vector512.Load((int*)pairs + i);
            Store(both << 16 >> 16, offsets + i, factors + i, biases + i, y + i);
            Store(both >> 16, offsets + 16 + i, factors + 16 + i, biases + 16 + i, y + 16 + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<int> differences, int* offsets, float* factors, float* biases, float* y)
    {
        Vector512<float> sums = Vector512.ConvertToSingle(differences + differences + Vector512.Load(offsets));
        (sums * Vector512.Load(factors) + Vector512.Load(biases)).Store(y);
    }
}
