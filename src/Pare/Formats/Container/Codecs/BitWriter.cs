namespace Pare.Formats.Container.Codecs;

/// <summary>Writes bits, most significant first, into zeroed bytes.</summary>
internal ref struct BitWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;
    private ulong _pending; // the lowest _held bits wait
    private int _held;
    private int _at;

    /// <summary>Writes the lowest <paramref name="count"/> bits, 0 to 32.</summary>
    public void Write(uint value, int count)
    {
        _pending = (_pending << count) | value;
        for (_held += count; _held >= 8; _held -= 8) _bytes[_at++] = (byte)(_pending >> (_held - 8));
    }

    /// <summary>Writes n of at least 1 in Elias's gamma code: as many zeros as n has bits after its first, then n.</summary>
    public void WriteGamma(uint n)
    {
        int bits = System.Numerics.BitOperations.Log2(n);
        Write(0, bits);
        Write(n, bits + 1);
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void Flush()
    {
        if (_held > 0) _bytes[_at++] = (byte)(_pending << (8 - _held));
        _held = 0;
    }
}
