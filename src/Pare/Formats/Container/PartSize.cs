namespace Pare.Formats.Container;

/// <summary>The bytes of one part of a <c>.pare</c> file.</summary>
/// <param name="Weight">The weight or constant that it belongs to.</param>
/// <param name="Path">For example "conv1.weight/values/indices".</param>
/// <param name="Codec">"raw", "huffman"; "planes" for floats whose four bytes are coded apart.</param>
/// <param name="Bits">Width of a symbol; 32 for floats.</param>
/// <param name="Symbols">How many symbols or floats.</param>
/// <param name="Bytes">Bytes in the file.</param>
public sealed record PartSize(string Weight, string Path, string Codec, int Bits, int Symbols, long Bytes);
