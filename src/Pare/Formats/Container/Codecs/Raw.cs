namespace Pare.Formats.Container.Codecs;

/// <summary>Symbols packed without gaps, least significant bit first, as in <see cref="Codes"/>; unused bits of the last byte are 0.</summary>
internal sealed class Raw : PartCodec
{
    public override string Name => "raw";

    public override int Id => 0;

    public override CodecPlan? Plan(int bits, ReadOnlySpan<int> counts)
    {
        long count = 0;
        foreach (int c in counts) count += c;
        return new CodecPlan(this, bits, checked((int)count), Codes.ByteCount(bits, checked((int)count)), IsFree: false, null);
    }

    public override void Encode(CodecPlan plan, ReadOnlySpan<ushort> symbols, Span<byte> payload) => Codes.Pack(plan.Bits, symbols).Bytes.Span.CopyTo(payload);

    public override long MostSymbols(int bits, long payloadBytes) => payloadBytes * 8 / bits;

    public override void Decode(ReadOnlySpan<byte> payload, int bits, Span<ushort> symbols)
    {
        int bytes = Codes.ByteCount(bits, symbols.Length);
        if (payload.Length != bytes + Padding) throw new ModelException($"{symbols.Length} packed symbols of {bits} bits in {payload.Length - Padding} bytes.");
        int used = (int)((long)bits * symbols.Length & 7);
        if (used > 0 && payload[bytes - 1] >> used != 0) throw new ModelException("unused bits after packed symbols are not 0.");
        new Codes(bits, symbols.Length, payload[..bytes].ToArray()).Unpack(0, symbols);
    }
}
