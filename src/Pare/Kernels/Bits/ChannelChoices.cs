using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Pare.Operators;

namespace Pare.Kernels.Bits;

/// <summary>From bits of weights to the offsets of the channels that they name: by a table of bytes, or by the distances of 32 channels in the order of a compression.</summary>
/// <remarks>Both follow from the layout alone, so that they are written once, when a plan packs.</remarks>
internal sealed unsafe class ChannelChoices
{
    private const int Eight = 8, TableCount = 256 * Eight;

    /// <summary>Numbers that may be changed behind a list's end.</summary>
    public const int Slack = Signs.WordBits;

    private readonly PackedFloats _memory;

    /// <summary>Of a distance.</summary>
    /// <param name="channel">The distance between two channels; 31 times that fits into 16 bits.</param>
    /// <param name="places">The offsets of places that 32 channels lie at.</param>
    /// <param name="mayCompress">Whether 512 bits may be used.</param>
    public ChannelChoices(int channel, ReadOnlySpan<ushort> places, bool mayCompress)
    {
        _memory = new PackedFloats(Words(places.Length, mayCompress));
        // A word in each pair of 16 bits: the lanes of its low half and those of its high half take turns.
        for (int i = 0; i < places.Length * Signs.WordBits; i++)
            Lanes[i] = (ushort)(((i & 1) * 16 + i % Signs.WordBits / 2) * channel + places[i / Signs.WordBits]);
        Table = Lanes + places.Length * Signs.WordBits;
        ushort* to = Table;
        for (int value = 0; value < 256 && NeedsTable(mayCompress); value++, to += Eight)
        {
            for (int bit = 0, count = 0; bit < Eight; bit++)
            {
                to[count] = (ushort)(bit * channel);
                count += value >> bit & 1;
            }
        }
    }

    /// <summary>For each place the offsets of 32 channels, in the order of a compression.</summary>
    public ushort* Lanes => (ushort*)_memory.Floats;

    /// <summary>[256][8] distances of the channels that a byte names; only where the processor needs it.</summary>
    public ushort* Table { get; }

    /// <summary>Bytes of either.</summary>
    public static long PackedBytes(int places, bool mayCompress) => PackedFloats.BytesOf(Words(places, mayCompress));

    /// <summary>By the instruction that moves chosen lanes together, where there is one for 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* ByCompression(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to)
    {
        if (!Avx512Vbmi2.IsSupported) return ByTable128(bits, choices, lanes, first, to);
        Vector512<ushort> ofLanes = Vector512.Create(0x0001_0001, 0x0002_0002, 0x0004_0004, 0x0008_0008, 0x0010_0010, 0x0020_0020, 0x0040_0040, 0x0080_0080,
            0x0100_0100, 0x0200_0200, 0x0400_0400, 0x0800_0800, 0x1000_1000, 0x2000_2000, 0x4000_4000, 0x8000_8000).AsUInt16();
        Vector512<ushort> chosen = Vector512.Equals(Vector512.Create(bits).AsUInt16() & ofLanes, ofLanes);
        Avx512Vbmi2.Compress(Vector512<ushort>.Zero, chosen, Vector512.Load(lanes) + Vector512.Create(first)).Store(to);
        return to + BitOperations.PopCount(bits);
    }

    /// <summary>By the table, in vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* ByTable128(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to)
    {
        // Lane 16 is channel 8.
        Vector128<ushort> start = Vector128.Create((ushort)(first + lanes[0])), step = Vector128.Create((ushort)(lanes[16] - lanes[0]));
        for (int part = 0; part < 4; part++, bits >>= Eight, start += step)
        {
            (Vector128.Load(choices + (bits & 255) * Eight) + start).Store(to);
            to += BitOperations.PopCount(bits & 255);
        }
        return to;
    }

    /// <summary>By the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* ByTable(uint bits, ushort* choices, ushort* lanes, ushort first, ushort* to)
    {
        ushort start = (ushort)(first + lanes[0]), step = (ushort)(lanes[16] - lanes[0]);
        for (int part = 0; part < 4; part++, bits >>= Eight, start += step)
        {
            ushort* from = choices + (bits & 255) * Eight;
            for (int i = 0; i < Eight; i++)
                to[i] = (ushort)(from[i] + start);
            to += BitOperations.PopCount(bits & 255);
        }
        return to;
    }

    /// <summary>Offsets moved on, 32 at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Move512(ushort* from, int count, ushort more, ushort* to)
    {
        Vector512<ushort> all = Vector512.Create(more);
        for (int i = 0; i < count; i += Vector512<ushort>.Count)
            (Vector512.Load(from + i) + all).Store(to + i);
        return to + count;
    }

    /// <summary>Offsets moved on, 8 at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* Move128(ushort* from, int count, ushort more, ushort* to)
    {
        Vector128<ushort> all = Vector128.Create(more);
        for (int i = 0; i < count; i += Vector128<ushort>.Count)
            (Vector128.Load(from + i) + all).Store(to + i);
        return to + count;
    }

    /// <summary>Offsets moved on, one at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort* MoveEach(ushort* from, int count, ushort more, ushort* to)
    {
        for (int i = 0; i < count; i++)
            to[i] = (ushort)(from[i] + more);
        return to + count;
    }

    private static bool NeedsTable(bool mayCompress) => !(mayCompress && Avx512Vbmi2.IsSupported);

    private static long Words(int places, bool mayCompress) => (places * Signs.WordBits + (NeedsTable(mayCompress) ? TableCount : 0)) * sizeof(ushort) / sizeof(float);
}
