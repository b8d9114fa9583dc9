namespace Pare.Compression.Quantization.Debugging;

/// <summary>How a quantized network is examined.</summary>
public sealed record DebugOptions
{
    /// <summary>Samples that nodes and the network's output are compared on; ranges are watched on all samples of the walk.</summary>
    public int OutputSamples { get; init; } = 64;

    /// <summary>For how many of the first culprits leaving out is tried together.</summary>
    public int MostExcluded { get; init; } = 3;
}
