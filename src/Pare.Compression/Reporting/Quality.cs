namespace Pare.Compression.Reporting;

/// <summary>How often a model is right.</summary>
/// <param name="Samples">Samples looked at.</param>
/// <param name="Errors">Samples whose class was not the greatest output.</param>
/// <param name="Loss">Mean cross-entropy, or null where it was not computed.</param>
public sealed record Quality(long Samples, long Errors, double? Loss = null)
{
    /// <summary>Share of right answers, 0 to 1.</summary>
    public double Accuracy => Samples == 0 ? 0 : 1 - (double)Errors / Samples;

    /// <summary>Share of wrong answers, 0 to 1.</summary>
    public double Error => Samples == 0 ? 0 : (double)Errors / Samples;

    /// <summary>True where this is worse: more errors, or as many at a greater loss.</summary>
    public bool IsWorseThan(Quality other) => Errors != other.Errors ? Error > other.Error : Loss > other.Loss;
}
