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
    public void Unpack(int start, Span<ushort> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)(Count - destination.Length), nameof(start));
        long bit = (long)start * Bits;
        int at = (int)(bit >> 3), held = 0;
        ulong pending = 0, mask = (1UL << Bits) - 1;
        int skip = (int)(bit & 7);
        for (int i = 0; i < destination.Length; i++)
        {
            while (held - skip < Bits)
            {
                pending |= (ulong)_bytes[at++] << held;
                held += 8;
            }
            pending >>= skip;
            held -= skip;
            skip = 0;
            destination[i] = (ushort)(pending & mask);
            pending >>= Bits;
            held -= Bits;
        }
    }

    /// <summary>Bytes that <paramref name="count"/> codes take.</summary>
    public static int ByteCount(int bits, int count) => checked((int)(((long)bits * count + 7) / 8));
}
