using Pare.Compression.Quantization;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Weights rounded after training, and what wins back accuracy then.</summary>
public record RoundedWeightSettings : WeightQuantizationSettings
{
    /// <summary>How the codes of weights are chosen.</summary>
    [Setting(Help = "how codes are chosen: the nearest, or on samples so that each layer's output changes least")]
    public WeightRounding Rounding { get; init; }

    /// <summary>Whether biases take up the shift of each layer's mean output.</summary>
    [Setting(WholeStep = true, Help = "biases take up the shift of a layer's mean: from batch normalizations (analytic), or measured on samples")]
    public BiasCorrection BiasCorrection { get; init; }

    /// <summary>Samples that rounding and empirical bias correction watch.</summary>
    [Setting(Min = 1, Max = 1_000_000, WholeStep = true, Help = "training samples for rounding other than nearest and empirical bias correction; labels are not read")]
    public int RoundingSamples { get; init; } = 1024;

    /// <summary>Steps of Adam a layer, for <c>rounding=adaround</c>.</summary>
    [Setting(Min = 1, Max = 1_000_000, Unit = "steps", WholeStep = true, Help = "steps a layer with rounding=adaround")]
    public int RoundingSteps { get; init; } = 2000;

    /// <summary>Whether rounding or correction watches samples, as far as the step's own settings say.</summary>
    internal bool WatchesSamples => Rounding != WeightRounding.Nearest || BiasCorrection == BiasCorrection.Empirical;
}
