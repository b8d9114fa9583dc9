using Pare.Compression.Settings;

namespace Pare.Compression;

/// <summary>How the symbols of a .pare file are coded.</summary>
public enum EntropyCoding
{
    /// <summary>Packed at their fixed width.</summary>
    None,
    /// <summary>By a Huffman code of their own for each part.</summary>
    Huffman,
}

/// <summary>The "container" section of a recipe.</summary>
public sealed record ContainerSettings
{
    /// <summary>How symbols are coded.</summary>
    [Setting(Help = "how indices and codes are coded in the file")]
    public EntropyCoding Entropy { get; init; } = EntropyCoding.Huffman;

    /// <summary>Width of the gaps between stored weights, for all pruned layers; null leaves it to the steps, or to the writer.</summary>
    [Setting(Min = 1, Max = 16, Unit = "bits", Help = "width of a stored gap between kept weights, in all layers; auto takes the cheapest of each")]
    public int? IndexBits { get; init; }

    /// <summary>The same for the writer.</summary>
    public Formats.Container.ContainerOptions ToOptions() => new()
    {
        EntropyCoding = Entropy == EntropyCoding.None ? Formats.Container.EntropyCoding.None : Formats.Container.EntropyCoding.Huffman,
    };
}
