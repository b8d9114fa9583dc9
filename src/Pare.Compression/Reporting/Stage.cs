namespace Pare.Compression.Reporting;

/// <summary>How the model stood after a step.</summary>
/// <param name="Name">"trained", a method's name, or the entropy coding.</param>
/// <param name="Bytes">The .pare file at this stage; without entropy coding until the last stage.</param>
/// <param name="Ratio">4 bytes for each parameter over <paramref name="Bytes"/>.</param>
/// <param name="Density">Share of the parameters that are stored one by one or by an index.</param>
/// <param name="Seconds">What the step took, retraining included.</param>
public sealed record Stage(string Name, long Bytes, double Ratio, double Density, double Seconds)
{
    /// <summary>Trainable numbers that the network has at this stage, however they are stored; null in reports of older versions.</summary>
    public long? Parameters { get; init; }

    /// <summary>Multiply-accumulates of one run at batch 1; null in reports of older versions.</summary>
    public long? Macs { get; init; }

    /// <summary>On the validation samples, after retraining; null without data.</summary>
    public Quality? Validation { get; init; }

    /// <summary>On the validation samples before the step's retraining; null where there was none.</summary>
    public Quality? BeforeRetraining { get; init; }

    /// <summary>What happened that the reader should know, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The curve that the step chose its widths of, or null.</summary>
    public WidthCurve? Curve { get; init; }
}
