namespace Pare.Compression.Methods;

/// <summary>What makes a channel worth keeping.</summary>
public enum ChannelImportance
{
    /// <summary>The sum of the magnitudes of the weights that make it, over the mean of its layer (Li et al., "Pruning Filters for Efficient ConvNets", ICLR 2017).</summary>
    L1,
    /// <summary>The root of the sum of their squares, over the mean of its layer.</summary>
    L2,
    /// <summary>Its place: the first channels stay.</summary>
    First,
}
