using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Coded;

/// <summary>16 lanes of AVX-512: a table of 16 numbers is one register, and vpermps reads it.</summary>
internal readonly unsafe struct Codes512 : ICodeOps<Floats16>
{
    public static int TableBits => 5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Load(uint* from) => Of(Avx512F.LoadVector512(from).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Every(uint bits) => Of(Vector512.Create(bits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Next(Floats16 words, Floats16 every, int bits) =>
        Of(Avx512F.ShiftRightLogicalVariable(words.Value.AsUInt32(), every.Value.AsUInt32()).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Look(Floats16 words, Floats16 low, Floats16 high, float* table) => Of(Avx512F.PermuteVar16x32(low.Value, words.Value.AsInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 LookPair(Floats16 words, Floats16 low, Floats16 high, float* table) =>
        Of(Avx512F.PermuteVar16x32x2(low.Value, words.Value.AsInt32(), high.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Gather(Floats16 words, Floats16 mask, float* table)
    {
        Vector512<int> places = Avx512F.And(words.Value.AsInt32(), mask.Value.AsInt32());
        return Of(Vector512.Create(Avx2.GatherVector256(table, places.GetLower(), sizeof(float)), Avx2.GatherVector256(table, places.GetUpper(), sizeof(float))));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Number(Floats16 words, Floats16 mask, Floats16 zero) =>
        Of(Avx512F.Subtract(Avx512F.ConvertToVector512Single(Avx512F.And(words.Value.AsInt32(), mask.Value.AsInt32())), zero.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats16 Of(Vector512<float> value) => Unsafe.BitCast<Vector512<float>, Floats16>(value);
}
