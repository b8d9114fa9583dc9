using System.Buffers.Binary;

namespace Pare.Formats.Container.Codecs;

/// <summary>Reads bits, most significant first, from bytes that are followed by <see cref="PartCodec.Padding"/> zero bytes.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> padded)
{
    private readonly ReadOnlySpan<byte> _bytes = padded;

    /// <summary>The next bit.</summary>
    public long Position { get; set; }

    /// <summary>Bits there are, padding excluded.</summary>
    public readonly long End => (_bytes.Length - PartCodec.Padding) * 8L;

    /// <summary>At least 57 bits from the position on, at the top; zeros follow the end.</summary>
    public readonly ulong Window => BinaryPrimitives.ReadUInt64BigEndian(_bytes[(int)(Position >> 3)..]) << (int)(Position & 7);

    /// <summary>Reads 1 to 32 bits.</summary>
    /// <exception cref="ModelException">There are fewer.</exception>
    public uint Read(int count)
    {
        Require(count);
        uint value = (uint)(Window >> (64 - count));
        Position += count;
        return value;
    }

    /// <summary>Reads a number of at least 1 in Elias's gamma code.</summary>
    /// <exception cref="ModelException">It is cut off or over 2^17.</exception>
    public int ReadGamma()
    {
        int zeros = 0;
        while (Read(1) == 0)
            if (++zeros > 17) throw new ModelException("a run in a code table is too long.");
        return zeros == 0 ? 1 : 1 << zeros | (int)Read(zeros);
    }

    /// <summary>Checks that less than a byte is left, all zeros.</summary>
    /// <exception cref="ModelException">More is left.</exception>
    public readonly void RequireEnd()
    {
        if (Position > End || End - Position >= 8 || (Position < End && Window >> (int)(64 - (End - Position)) != 0))
            throw new ModelException($"{End - Position} bits are left after the last symbol.");
    }

    private readonly void Require(int count)
    {
        if (Position + count > End) throw new ModelException("the symbols are cut off.");
    }
}
