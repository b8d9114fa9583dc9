namespace Pare.Compression.Methods;

/// <summary>Which weights of a layer share a scale.</summary>
public enum ScaleSharing
{
    /// <summary>Those of an output channel.</summary>
    Channel,
    /// <summary>All of them.</summary>
    Tensor,
}
