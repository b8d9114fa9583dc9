namespace Pare.Operators;

/// <summary>Windows made of cosines.</summary>
public enum CosineWindowKind
{
    /// <summary>One cosine, 0 at the ends.</summary>
    Hann,
    /// <summary>One cosine, not quite 0 at the ends.</summary>
    Hamming,
    /// <summary>Two cosines.</summary>
    Blackman,
}
