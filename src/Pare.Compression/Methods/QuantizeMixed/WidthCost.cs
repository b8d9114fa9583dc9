namespace Pare.Compression.Methods;

/// <summary>What widths are paid in.</summary>
internal enum WidthCost
{
    /// <summary>Bits of codes; as a budget, the mean over them.</summary>
    MeanBits,
    /// <summary>Bytes of all weights.</summary>
    Bytes,
    /// <summary>Weight bits x activation bits of each multiplication; as a budget, the mean relative to 8 x 8.</summary>
    MacBits,
}
