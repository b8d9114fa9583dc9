namespace Pare.Formats.Container;

/// <summary>What a <c>.pare</c> file keeps, and how.</summary>
public sealed record ContainerOptions
{
    /// <summary>The defaults.</summary>
    public static ContainerOptions Default { get; } = new();

    /// <summary>How parts of weights are coded.</summary>
    public EntropyCoding EntropyCoding { get; init; } = EntropyCoding.Huffman;

    /// <summary>
    /// Which names are kept. Names of inputs and outputs always are. By default those of weights and nodes are too, while values between
    /// nodes are named after the node that makes them, and constants are numbered.
    /// </summary>
    public KeptNames Names { get; init; } = KeptNames.WeightsAndNodes;
}
