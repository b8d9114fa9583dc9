using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Coded;

/// <summary>4 lanes, portable: SSE2, ARM, WebAssembly. Tables are read number by number.</summary>
internal readonly unsafe struct Codes128 : ICodeOps<Vector128<float>>
{
    private const int SixteenMask = 15;
    private const uint ThirtyTwoMask = 31;

    public static int TableBits => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(uint* from) => Vector128.Load(from).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Every(uint bits) => Vector128.Create(bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Next(Vector128<float> words, Vector128<float> every, int bits) => (words.AsUInt32() >>> bits).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Look(Vector128<float> words, Vector128<float> low, Vector128<float> high, float* table) =>
        Gather(words, Vector128.Create(SixteenMask).AsSingle(), table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LookPair(Vector128<float> words, Vector128<float> low, Vector128<float> high, float* table) => Gather(words, Every(ThirtyTwoMask), table);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Gather(Vector128<float> words, Vector128<float> mask, float* table)
    {
        Vector128<uint> places = words.AsUInt32() & mask.AsUInt32();
        return Vector128.Create(table[places[0]], table[places[1]], table[places[2]], table[places[3]]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Number(Vector128<float> words, Vector128<float> mask, Vector128<float> zero) =>
        Vector128.ConvertToSingle(words.AsInt32() & mask.AsInt32()) - zero;
}
