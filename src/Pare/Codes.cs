using System.Buffers.Binary;

namespace Pare;

/// <summary>Unsigned codes of 1 to 16 bits each, packed without gaps, least significant bit first.</summary>
public sealed class Codes
{
    private readonly byte[] _bytes;

    /// <summary>Wraps packed codes.</summary>
    /// <param name="bits">1 to 16.</param>
    /// <param name="count">How many codes.</param>
    /// <param name="bytes">ceil(bits * count / 8) bytes, unused bits 0; not copied.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public Codes(int bits, int count, byte[] bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 16);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (bytes.Length != ByteCount(bits, count))
            throw new ArgumentException($"{count} codes of {bits} bits are {ByteCount(bits, count)} bytes, not {bytes.Length}.", nameof(bytes));
        Bits = bits;
        Count = count;
        _bytes = bytes;
    }

    /// <summary>Bits of one code.</summary>
    public int Bits { get; }

    /// <summary>How many codes.</summary>
    public int Count { get; }

    /// <summary>The packed bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>One code.</summary>
    public int this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            long bit = (long)index * Bits;
            int at = (int)(bit >> 3);
            uint window = _bytes[at];
            if (at + 1 < _bytes.Length) window |= (uint)_bytes[at + 1] << 8;
            if (at + 2 < _bytes.Length) window |= (uint)_bytes[at + 2] << 16;
            return (int)(window >> (int)(bit & 7)) & ((1 << Bits) - 1);
        }
    }

    /// <summary>Packs codes.</summary>
    /// <exception cref="ArgumentException">A code does not fit in <paramref name="bits"/> bits.</exception>
    public static Codes Pack(int bits, ReadOnlySpan<ushort> codes)
    {
        var bytes = new byte[ByteCount(bits, codes.Length)];
        ulong pending = 0;
        int held = 0, at = 0;
        foreach (ushort code in codes)
        {
            if (code >> bits != 0) throw new ArgumentException($"The code {code} does not fit in {bits} bits.", nameof(codes));
            pending |= (ulong)code << held;
            for (held += bits; held >= 8; held -= 8, pending >>= 8) bytes[at++] = (byte)pending;
        }
        if (held > 0) bytes[at] = (byte)pending;
        return new Codes(bits, codes.Length, bytes);
    }

    /// <summary>Writes codes [start, start + destination.Length).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many codes from there.</exception>
    public void Unpack(int start, Span<ushort> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Count - destination.Length);
        ReadOnlySpan<byte> bytes = _bytes;
        uint mask = (1u << Bits) - 1;
        long bit = (long)start * Bits;
        int i = 0;
        // A code and the up to 7 bits before it in its first byte lie within 4 bytes; the last few codes are read byte by byte.
        for (; i < destination.Length && (bit >> 3) + sizeof(uint) <= bytes.Length; i++, bit += Bits)
        {
            uint window = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(int)(bit >> 3)..]);
            destination[i] = (ushort)((window >> (int)(bit & 7)) & mask);
        }
        for (; i < destination.Length; i++) destination[i] = (ushort)this[start + i];
    }

    /// <summary>The codes at the given indices of one axis of the codes' shape, in the order given.</summary>
    /// <param name="slices">The codes' shape, seen along the axis.</param>
    /// <param name="keep">Indices of the axis.</param>
    public Codes Select(AxisSlices slices, ReadOnlySpan<int> keep)
    {
        var kept = new ushort[checked(slices.Outer * keep.Length * slices.Inner)];
        for (int outer = 0, at = 0; outer < slices.Outer; outer++)
            foreach (int index in keep)
            {
                Unpack((outer * slices.Length + index) * slices.Inner, kept.AsSpan(at, slices.Inner));
                at += slices.Inner;
            }
        return Pack(Bits, kept);
    }

    /// <summary>Bytes that <paramref name="count"/> codes take.</summary>
    public static int ByteCount(int bits, int count) => checked((int)(((long)bits * count + 7) / 8));
}
