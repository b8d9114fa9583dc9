using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Bits;

/// <summary>256 bits of AVX2.</summary>
internal readonly unsafe struct BitOps256 : IBitOps<Bits256>
{
    public static int Bytes => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx2.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Create(uint word) => new() { Value = Vector256.Create(word) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Load(byte* from) => new() { Value = Vector256.Load((uint*)from) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Bits256 value) => value.Value.Store((uint*)to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 And(Bits256 a, Bits256 b) => new() { Value = a.Value & b.Value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Or(Bits256 a, Bits256 b) => new() { Value = a.Value | b.Value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Xor(Bits256 a, Bits256 b) => new() { Value = a.Value ^ b.Value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Sum(Bits256 a, Bits256 b, Bits256 c) => new() { Value = a.Value ^ b.Value ^ c.Value };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Carry(Bits256 a, Bits256 b, Bits256 c) => new() { Value = (a.Value & (b.Value ^ c.Value)) ^ (b.Value & c.Value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 CarryOfSum(Bits256 sum, Bits256 a, Bits256 b) => new() { Value = Vector256.AndNot(a.Value ^ b.Value, sum.Value) | Vector256.AndNot(a.Value, a.Value ^ b.Value) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Right(Bits256 value, int count) => new() { Value = value.Value >>> count };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bits256 Left(Bits256 value, int count) => new() { Value = value.Value << count };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Choose(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to) => ChannelChoices.ByTable128(bits, choices, lanes, first, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Move(ushort* from, int count, ushort more, ushort* to) => ChannelChoices.Move128(from, count, more, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Numbers(uint* pairs, int* offsets, float* factors, float* biases, float* y)
    {
        for (int i = 0; i < 16; i += Bytes / sizeof(uint))
        {
            Vector256<int> both = Vector256.Load((int*)pairs + i);
            Store(both << 16 >> 16, offsets + i, factors + i, biases + i, y + i);
            Store(both >> 16, offsets + 16 + i, factors + 16 + i, biases + 16 + i, y + 16 + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<int> differences, int* offsets, float* factors, float* biases, float* y)
    {
        Vector256<float> sums = Vector256.ConvertToSingle(differences + differences + Vector256.Load(offsets));
        (sums * Vector256.Load(factors) + Vector256.Load(biases)).Store(y);
    }
}
