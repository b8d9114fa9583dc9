namespace Pare.Formats.Container.Codecs;

/// <summary>Canonical Huffman codes of at most 15 bits over symbols of 1 to 16 bits, the table in front.</summary>
/// <remarks>Huffman coding of gaps and of codes: Han, Mao, Dally, "Deep Compression", ICLR 2016, section 4.</remarks>
internal sealed class Huffman : PartCodec
{
    /// <summary>Widest alphabet whose counts are also tried smoothed: smooth lengths make a smaller table.</summary>
    private const int SmoothedAlphabet = 1 << 12;

    public override string Name => "huffman";

    public override int Id => 1;

    public override CodecPlan? Plan(int bits, ReadOnlySpan<int> counts)
    {
        long total = 0;
        int used = 0;
        foreach (int count in counts)
        {
            total += count;
            if (count > 0) used++;
        }
        if (used == 0) return null;
        if (used == 1) return new CodecPlan(this, bits, checked((int)total), (1 + bits + 7) / 8, IsFree: true, null);
        (byte[]? best, long least) = (null, long.MaxValue);
        foreach (int radius in counts.Length <= SmoothedAlphabet ? stackalloc[] { 0, 1, 2, 4, 8, 16 } : [0])
        {
            if (CodeLengths.Of(radius == 0 ? counts : Smooth(counts, radius)) is not { } lengths) return null;
            long cost = 1 + CodeLengths.TableBits(bits, lengths);
            for (int i = 0; i < counts.Length; i++) cost += (long)counts[i] * lengths[i];
            if (cost < least) (best, least) = (lengths, cost);
        }
        long bytes = (least + 7) / 8;
        return bytes > Array.MaxLength - Padding ? null : new CodecPlan(this, bits, checked((int)total), (int)bytes, IsFree: false, best);
    }

    public override void Encode(CodecPlan plan, ReadOnlySpan<ushort> symbols, Span<byte> payload)
    {
        var writer = new BitWriter(payload);
        if (plan.Lengths is null)
        {
            writer.Write(1, 1);
            writer.Write(symbols[0], plan.Bits);
            writer.Flush();
            return;
        }
        writer.Write(0, 1);
        CodeLengths.Write(plan.Bits, plan.Lengths, ref writer);
        uint[] codes = PrefixCode.Assign(plan.Lengths);
        foreach (ushort symbol in symbols) writer.Write(codes[symbol], plan.Lengths[symbol]);
        writer.Flush();
    }

    public override long MostSymbols(int bits, long payloadBytes) => payloadBytes * 8;

    public override bool IsFree(ReadOnlySpan<byte> payload) => payload.Length > Padding && payload[0] >> 7 == 1;

    public override void Decode(ReadOnlySpan<byte> payload, int bits, Span<ushort> symbols)
    {
        var reader = new BitReader(payload);
        if (reader.Read(1) == 1) symbols.Fill((ushort)reader.Read(bits));
        else new PrefixCode(CodeLengths.Read(bits, ref reader)).Decode(ref reader, symbols);
        reader.RequireEnd();
    }

    /// <summary>Sums of neighbours. The last symbol stands apart: in gaps it is the filler.</summary>
    private static int[] Smooth(ReadOnlySpan<int> counts, int radius)
    {
        var smooth = new int[counts.Length];
        int last = counts.Length - 1;
        long sum = 0;
        for (int i = 0; i < Math.Min(radius, last); i++) sum += counts[i];
        for (int i = 0; i < last; i++)
        {
            if (i + radius < last) sum += counts[i + radius];
            if (i - radius - 1 >= 0) sum -= counts[i - radius - 1];
            smooth[i] = (int)Math.Min(sum, int.MaxValue);
        }
        smooth[last] = (int)Math.Min((long)counts[last] * (2 * radius + 1), int.MaxValue);
        return smooth;
    }
}
