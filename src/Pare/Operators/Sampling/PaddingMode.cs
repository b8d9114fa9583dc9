namespace Pare.Operators;

/// <summary>What lies outside of a sampled input.</summary>
public enum PaddingMode
{
    /// <summary>Zeros.</summary>
    Zeros,
    /// <summary>The border, repeated.</summary>
    Border,
    /// <summary>The mirror image.</summary>
    Reflection,
}
