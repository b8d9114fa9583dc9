namespace Pare.Formats.Container.Codecs;

/// <summary>The part codecs of <c>.pare</c> files; the writer takes the smallest result, the first of equals.</summary>
internal static class CodecCatalog
{
    public static Catalog<PartCodec> Default { get; } = new(
        "part codec",
        [
            new Raw(),
            new Huffman(),
        ]);

    /// <summary>Only packed symbols.</summary>
    public static Catalog<PartCodec> None { get; } = new("part codec", [new Raw()]);

    /// <summary>The smallest way to store symbols.</summary>
    /// <param name="codecs">The choice; one of them can store everything.</param>
    /// <param name="bits">Width of a symbol.</param>
    /// <param name="counts">How often each symbol occurs.</param>
    /// <param name="freeSymbols">How many symbols may still be stored at no cost each.</param>
    public static CodecPlan Smallest(Catalog<PartCodec> codecs, int bits, ReadOnlySpan<int> counts, long freeSymbols)
    {
        CodecPlan? best = null;
        foreach (PartCodec codec in codecs)
            if (codec.Plan(bits, counts) is { } plan && (!plan.IsFree || plan.Count <= freeSymbols) && (best is null || plan.Bytes < best.Bytes))
                best = plan;
        return best ?? throw new ArgumentException("No part codec of the catalog can store these symbols.", nameof(codecs));
    }
}
