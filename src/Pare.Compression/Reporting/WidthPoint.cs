namespace Pare.Compression.Reporting;

/// <summary>A choice of widths.</summary>
/// <param name="Bytes">All weights in the .pare file, codes and scales, before entropy coding.</param>
/// <param name="MeanBits">Mean width over the weights that are quantized.</param>
/// <param name="Damage">The sum of the layers' sensitivities.</param>
public sealed record WidthPoint(long Bytes, double MeanBits, double Damage)
{
    /// <summary>Share of wrong answers on the validation samples, or without labels of answers other than the float network's; null where it was not measured.</summary>
    public double? Error { get; init; }

    /// <summary>True for the point that was taken.</summary>
    public bool Chosen { get; init; }
}
