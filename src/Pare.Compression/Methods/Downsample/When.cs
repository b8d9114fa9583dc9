namespace Pare.Compression.Methods;

/// <summary>Where in a network the resolution halves.</summary>
public enum When
{
    /// <summary>As soon as possible: fewer multiplications, less detail.</summary>
    Early,
    /// <summary>In even steps over the layers.</summary>
    Even,
    /// <summary>As late as possible: more multiplications, more detail.</summary>
    Late,
}
