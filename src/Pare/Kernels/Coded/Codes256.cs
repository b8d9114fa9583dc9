using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Coded;

/// <summary>8 lanes of AVX2: a table of 16 numbers is two registers; both are read, and the fourth bit chooses.</summary>
internal readonly unsafe struct Codes256 : ICodeOps<Floats8>
{
    private const int FromFourthBit = 28;   // where the sign is
    private const uint ThirtyTwoMask = 31;

    public static int TableBits => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Load(uint* from) => Of(Avx.LoadVector256(from).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Every(uint bits) => Of(Vector256.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Next(Floats8 words, Floats8 every, int bits) =>
        Of(Avx2.ShiftRightLogicalVariable(words.Value.AsUInt32(), every.Value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Look(Floats8 words, Floats8 low, Floats8 high, float* table)
    {
        Vector256<int> places = words.Value.AsInt32();
        return Of(Avx.BlendVariable(
            Avx2.PermuteVar8x32(low.Value, places), Avx2.PermuteVar8x32(high.Value, places), Avx2.ShiftLeftLogical(places, FromFourthBit).AsSingle()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 LookPair(Floats8 words, Floats8 low, Floats8 high, float* table) => Gather(words, Every(ThirtyTwoMask), table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Gather(Floats8 words, Floats8 mask, float* table) =>
        Of(Avx2.GatherVector256(table, Avx2.And(words.Value.AsInt32(), mask.Value.AsInt32()), sizeof(float)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Number(Floats8 words, Floats8 mask, Floats8 zero) =>
        Of(Avx.Subtract(Avx.ConvertToVector256Single(Avx2.And(words.Value.AsInt32(), mask.Value.AsInt32())), zero.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats8 Of(Vector256<float> value) => new() { Value = value };
}
