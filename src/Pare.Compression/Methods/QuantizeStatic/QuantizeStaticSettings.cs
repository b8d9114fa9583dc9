using System.Collections.Immutable;
using Pare.Compression.Quantization;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="QuantizeStatic"/>.</summary>
public record QuantizeStaticSettings : RoundedWeightSettings
{
    /// <summary>Width of an activation.</summary>
    [Setting(Min = 2, Max = 16, Unit = "bits", Help = "width of an activation: 2 to 8, or 16")]
    public virtual int ActivationBits { get; init; } = 8;

    /// <summary>Signed activations with the zero point 0, where they may be negative.</summary>
    [Setting(WholeStep = true, Help = "signed activations with the zero point 0, where they may be negative")]
    public bool Symmetric { get; init; }

    /// <summary>How the range of an activation follows from the samples.</summary>
    [Setting(WholeStep = true, Help = "how the range of an activation follows from the samples")]
    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.Mse;

    /// <summary>What <c>calibration=percentile</c> keeps.</summary>
    [Setting(Min = 50, Max = 100, Unit = "percent", WholeStep = true, Help = "what calibration=percentile keeps")]
    public double Percentile { get; init; } = Calibrators.DefaultPercentile;

    /// <summary>Samples that activations are watched on.</summary>
    [Setting(Min = 1, Max = 10_000_000, WholeStep = true, Help = "training samples that activations are watched on; labels are not read")]
    public int Samples { get; init; } = 512;

    /// <summary>Where the ranges of activations come from.</summary>
    [Setting(WholeStep = true, Help = "where ranges come from: samples, or without data the statistics of batch normalizations")]
    public RangeSource Ranges { get; init; } = RangeSource.Data;

    /// <summary>Least and greatest input, for <c>ranges=statistics</c>.</summary>
    [Setting(WholeStep = true, Help = "least and greatest input after preprocessing, for ranges=statistics: -2.2,2.7")]
    public ImmutableArray<double> InputRange { get; init; } = [];

    /// <summary>How far a range reaches, for <c>ranges=statistics</c>.</summary>
    [Setting(Min = 1, Max = 20, Unit = "deviations", WholeStep = true, Help = "how far a range reaches to both sides of the mean, for ranges=statistics")]
    public double Deviations { get; init; } = 6;

    /// <summary>Layers and nodes that stay in floats.</summary>
    [Setting(WholeStep = true, Help = "layers and nodes that stay in floats: patterns of names, or @Type")]
    public ImmutableArray<string> Exclude { get; init; } = [];

    internal ActivationFormat ActivationFormat => new(ActivationBits, Symmetric);

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (ActivationBits is > 8 and < 16) yield return $"activation-bits is {ActivationBits}; 2 to 8 and 16 are possible.";
        if (InputRange is not ([] or [_, _]) || (InputRange is [var low, var high] && !(low < high))) yield return "input-range must be the least and the greatest input, such as -2.2,2.7.";
    }
}
