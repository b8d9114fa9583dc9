using Pare.Compression.Quantization;
using Pare.Compression.Settings;
using Pare.Compression.Training;
using Pare.Encodings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="QuantizeAwareTraining"/>.</summary>
public sealed record QuantizeAwareSettings : MethodSettings
{
    /// <summary>Bits of a weight.</summary>
    [Setting(Min = 2, Max = 8, Unit = "bits", Help = "width of a weight")]
    public int WeightBits { get; init; } = 8;

    /// <summary>Bits of a number that a layer reads.</summary>
    [Setting(Min = 2, Max = 8, Unit = "bits", Help = "width of the numbers that a layer reads")]
    public int ActivationBits { get; init; } = 8;

    /// <summary>Bits of weights and inputs of the network's first and last layer; 0: as the others.</summary>
    [Setting(Min = 0, Max = 8, WholeStep = true, Unit = "bits", Help = "width of weights and inputs of the first and the last layer; 0: as the others")]
    public int FirstLastBits { get; init; } = 8;

    /// <summary>Bits of what additions, pools and functions read and make; 0: they stay in floats. These scales are chosen after training.</summary>
    [Setting(Min = 0, Max = 8, WholeStep = true, Unit = "bits", Help = "width of what additions, pools and functions read, chosen after training; 0: floats")]
    public int OtherBits { get; init; } = 8;

    /// <summary>Which weights share a scale.</summary>
    [Setting(Help = "which weights share a scale: those of a layer, or of an output channel")]
    public WeightGranularity Per { get; init; } = WeightGranularity.Channel;

    /// <summary>How the steps of activations learn.</summary>
    [Setting(WholeStep = true, Help = "how the steps of activations learn: learned step sizes, or learned clips")]
    public StepRule ActivationRule { get; init; }

    /// <summary>What becomes of batch normalizations.</summary>
    [Setting(WholeStep = true, Help = "live: batch norms learn and are folded afterwards; frozen: they keep their statistics; folded: before anything else")]
    public BatchNormHandling BatchNorm { get; init; }

    /// <summary>Where steps begin.</summary>
    [Setting(WholeStep = true, Help = "where steps begin: least squared error, or 2 mean / sqrt(levels)")]
    public StepStart Start { get; init; }

    /// <summary>Samples by which the steps of activations begin.</summary>
    [Setting(Min = 1, Max = 1_000_000, WholeStep = true, Unit = "samples", Help = "samples by which the steps of activations begin")]
    public int Samples { get; init; } = 512;

    /// <summary>How it is trained; null for the recipe's own defaults.</summary>
    [Setting(WholeStep = true, Help = "training")]
    public TrainingSettings? Train { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        if (FirstLastBits == 1) yield return "'first-last-bits' is 1; 0 (as the others) and 2 to 8 are possible.";
        if (OtherBits == 1) yield return "'other-bits' is 1; 0 (floats) and 2 to 8 are possible.";
        if (Per == WeightGranularity.Group) yield return "'per' is group; scales of a layer ('tensor') or of its channels ('channel') can learn.";
    }
}
