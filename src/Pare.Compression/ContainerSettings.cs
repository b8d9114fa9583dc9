using Pare.Compression.Settings;
using Pare.Formats.Container;

namespace Pare.Compression;

/// <summary>The "container" section of a recipe.</summary>
public sealed record ContainerSettings
{
    /// <summary>How symbols are coded.</summary>
    [Setting(Help = "how indices and codes are coded in the file")]
    public EntropyCoding Entropy { get; init; } = EntropyCoding.Huffman;

    /// <summary>Width of the gaps between stored weights, for all pruned layers; null leaves it to the steps, or to the writer.</summary>
    [Setting(Min = 1, Max = 16, Unit = "bits", Help = "width of a stored gap between kept weights, in all layers; auto takes the cheapest of each")]
    public int? IndexBits { get; init; }

    /// <summary>Which names the file keeps.</summary>
    [Setting(Help = "which names the file keeps; none is smallest, but reports cannot name layers then")]
    public KeptNames Names { get; init; } = KeptNames.WeightsAndNodes;

    /// <summary>How the file is written.</summary>
    public ContainerOptions ToOptions() => new() { EntropyCoding = Entropy, Names = Names };
}
