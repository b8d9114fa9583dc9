namespace Pare.Compression.Methods;

/// <summary>Where the channels of grouped convolutions are shuffled.</summary>
public enum Shuffling
{
    /// <summary>Behind each one whose output reaches another that was grouped: groups would never hear of each other otherwise.</summary>
    Between,
    /// <summary>Behind each one.</summary>
    Always,
    /// <summary>Nowhere.</summary>
    Never,
}
