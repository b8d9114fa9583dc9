namespace Pare.Compression.Search;

/// <summary>How the values of a range are spaced.</summary>
public enum SweepSpacing
{
    /// <summary>Equal differences.</summary>
    Linear,
    /// <summary>Equal ratios; the range must be over 0.</summary>
    Log,
}
