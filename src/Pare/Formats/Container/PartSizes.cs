using System.Collections.Immutable;

namespace Pare.Formats.Container;

/// <summary>Where the bytes of a <c>.pare</c> file are.</summary>
/// <param name="TotalBytes">The whole file.</param>
/// <param name="StructureBytes">Header, graph, names, shapes and checksums: everything but the parts.</param>
/// <param name="Parts">The parts, in the order of the file.</param>
public sealed record PartSizes(long TotalBytes, long StructureBytes, ImmutableArray<PartSize> Parts)
{
    /// <summary>The bytes of all parts of a weight.</summary>
    public long BytesOf(string weight) => Parts.Where(p => p.Weight == weight).Sum(p => p.Bytes);
}
