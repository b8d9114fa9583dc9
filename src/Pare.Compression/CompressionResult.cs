using System.Collections.Immutable;
using Pare.Compression.Reporting;
using Pare.Formats.Container;

namespace Pare.Compression;

/// <summary>What a recipe gave.</summary>
/// <param name="Model">The compressed model; where the work was interrupted, that of the last finished step.</param>
/// <param name="Stages">How the model stood at first and after each finished step.</param>
/// <param name="Size">The bytes of the final file.</param>
/// <param name="Interrupted">True where the work was cancelled before the last step.</param>
public sealed record CompressionResult(Model Model, ImmutableArray<Stage> Stages, PartSizes Size, bool Interrupted);
