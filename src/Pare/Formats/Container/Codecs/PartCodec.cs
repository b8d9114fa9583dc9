namespace Pare.Formats.Container.Codecs;

/// <summary>A way to store the symbols of a part. It knows their width, so that 5-bit symbols are not treated as bytes.</summary>
/// <remarks>What a codec writes follows from the symbols alone: no floating point, no threads, nothing that a processor could change.</remarks>
internal abstract class PartCodec : INamed
{
    /// <summary>The name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The number in files.</summary>
    public abstract int Id { get; }

    /// <summary>Fixes how symbols of these counts would be stored, or null where this codec cannot store them.</summary>
    /// <param name="bits">Width of a symbol, 1 to 16.</param>
    /// <param name="counts">How often each symbol occurs, 2^<paramref name="bits"/> entries or fewer.</param>
    public abstract CodecPlan? Plan(int bits, ReadOnlySpan<int> counts);

    /// <summary>Stores symbols; <paramref name="payload"/> is zero and has exactly the bytes planned.</summary>
    public abstract void Encode(CodecPlan plan, ReadOnlySpan<ushort> symbols, Span<byte> payload);

    /// <summary>The most symbols that a payload can hold, so that a file cannot ask for memory it does not justify; symbols that cost nothing aside.</summary>
    public abstract long MostSymbols(int bits, long payloadBytes);

    /// <summary>True where the symbols of that payload cost nothing each, so that their count is held against the file's allowance.</summary>
    public virtual bool IsFree(ReadOnlySpan<byte> payload) => false;

    /// <summary>Reads symbols back.</summary>
    /// <param name="payload">The payload, followed by <see cref="Padding"/> zero bytes.</param>
    /// <param name="bits">Width of a symbol.</param>
    /// <param name="symbols">As many as were stored.</param>
    /// <exception cref="ModelException">The payload is damaged.</exception>
    public abstract void Decode(ReadOnlySpan<byte> payload, int bits, Span<ushort> symbols);

    /// <summary>Zero bytes that follow a payload in memory, so that a decoder may load 8 bytes anywhere in it.</summary>
    public const int Padding = 8;
}

/// <summary>How a part will be stored.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="Bits">Width of a symbol.</param>
/// <param name="Count">How many symbols.</param>
/// <param name="Bytes">Size of the payload.</param>
/// <param name="IsFree">True where symbols cost nothing each.</param>
/// <param name="Lengths">Code lengths of prefix codes.</param>
internal sealed record CodecPlan(PartCodec Codec, int Bits, int Count, int Bytes, bool IsFree, byte[]? Lengths);
