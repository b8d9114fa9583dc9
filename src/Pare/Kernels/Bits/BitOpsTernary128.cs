using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Bits;

/// <summary>128 bits of AVX-512VL: three operands in one instruction, for what does not fill more; in all else those of <see cref="BitOps128"/>.</summary>
internal readonly unsafe struct BitOpsTernary128 : IBitOps<Vector128<uint>>
{
    public static int Bytes => BitOps128.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Require()
    {
        if (!(Avx512F.VL.IsSupported))
            throw new PlatformNotSupportedException();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Create(uint word) => BitOps128.Create(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load(byte* from) => BitOps128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* to, Vector128<uint> value) => BitOps128.Store(to, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> And(Vector128<uint> a, Vector128<uint> b) => BitOps128.And(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Or(Vector128<uint> a, Vector128<uint> b) => BitOps128.Or(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Xor(Vector128<uint> a, Vector128<uint> b) => BitOps128.Xor(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Sum(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c) => Avx512F.VL.TernaryLogic(a, b, c, 0x96);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Carry(Vector128<uint> a, Vector128<uint> b, Vector128<uint> c) => Avx512F.VL.TernaryLogic(a, b, c, 0xE8);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> CarryOfSum(Vector128<uint> sum, Vector128<uint> a, Vector128<uint> b) => Avx512F.VL.TernaryLogic(a, sum, b, 0xB2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Right(Vector128<uint> value, int count) => BitOps128.Right(value, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Left(Vector128<uint> value, int count) => BitOps128.Left(value, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Choose(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to) => ChannelChoices.ByCompression(bits, choices, lanes, first, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Move(ushort* from, int count, ushort more, ushort* to) => ChannelChoices.Move512(from, count, more, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Numbers(uint* pairs, int* offsets, float* factors, float* biases, float* y) => BitOps128.Numbers(pairs, offsets, factors, biases, y);
}
