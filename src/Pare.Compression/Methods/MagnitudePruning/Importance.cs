namespace Pare.Compression.Methods;

/// <summary>What weights are compared by.</summary>
public enum Importance
{
    /// <summary>|w|.</summary>
    Magnitude,
    /// <summary>|w| over the root mean square of its layer's weights; makes layers of different scales comparable under one threshold.</summary>
    MagnitudeOverNorm,
}
