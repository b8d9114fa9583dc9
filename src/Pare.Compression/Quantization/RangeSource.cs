namespace Pare.Compression.Quantization;

/// <summary>Where the ranges of activations come from.</summary>
public enum RangeSource
{
    /// <summary>From samples.</summary>
    Data,
    /// <summary>From the statistics of batch normalizations, carried through the network; no samples are needed.</summary>
    Statistics,
}
