using System.Collections.Immutable;

namespace Pare.Compression.Reporting;

/// <summary>The bytes of a file.</summary>
/// <param name="Bytes">The whole file.</param>
/// <param name="Parts">Those of the weights' parts; what is missing to the whole are headers, the graph and checksums.</param>
public sealed record FileSize(long Bytes, ImmutableArray<PartBytes> Parts);

/// <summary>The bytes of one part of a weight.</summary>
/// <param name="Weight">The weight's name.</param>
/// <param name="Part">The part's path in the weight's tree: "gaps", "values/table/values".</param>
/// <param name="Bytes">Its bytes in the file, code tables included.</param>
public readonly record struct PartBytes(string Weight, string Part, long Bytes);
