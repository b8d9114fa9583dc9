using System.Collections.Immutable;
using Pare.Compression.Quantization.Mixed;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="QuantizeMixed"/>: those of <see cref="QuantizeStatic"/>, widths to choose from, and one budget.</summary>
public sealed record QuantizeMixedSettings : QuantizeStaticSettings
{
    private const double DefaultMeanBits = 4;

    /// <summary>Widths to choose from.</summary>
    [Setting(Min = 1, Max = 8, Unit = "bits", WholeStep = true, Help = "widths of weights to choose from")]
    public ImmutableArray<int> Bits { get; init; } = [2, 3, 4, 6, 8];

    /// <summary>A width that is not chosen but given, or 0.</summary>
    [Setting(Min = 0, Max = 8, Unit = "bits", Help = "fixes the width of layers: {conv1: 8}; 0: the width is chosen")]
    public override int WeightBits { get; init; }

    /// <summary>Width of an activation; 0: activations stay floats.</summary>
    [Setting(Min = 0, Max = 16, Unit = "bits", Help = "width of an activation: 2 to 8, or 16; 0: activations stay floats")]
    public override int ActivationBits { get; init; } = 8;

    /// <summary>Budget: the mean width over all weights that are quantized.</summary>
    [Setting(Min = 1, Max = 8, Unit = "bits", WholeStep = true, Help = "budget: mean width over all weights that are quantized; 4 where no budget is given")]
    public double? MeanBits { get; init; }

    /// <summary>Budget: bytes of all weights.</summary>
    [Setting(Min = 1, Unit = "bytes", WholeStep = true, Help = "budget: all weights in the file before entropy coding, with scales and what stays floats")]
    public long? Bytes { get; init; }

    /// <summary>Budget: weight bits times activation bits over all multiplications, relative to 8 x 8 bits.</summary>
    [Setting(Min = 0, Max = 4, WholeStep = true, Help = "budget: weight bits x activation bits, the mean over the multiplications of quantized layers, relative to 8 x 8: 0.5 is as dear as 4 x 8")]
    public double? MacBits { get; init; }

    /// <summary>Budget: what accuracy may fall.</summary>
    [Setting(Min = 0, Max = 100, Unit = "points", WholeStep = true, Help = "budget: the fewest bytes that lose at most so much accuracy on the validation samples; of answers like the float network's, where those have no labels")]
    public double? MaxDrop { get; init; }

    /// <summary>How the damage of narrower weights is measured.</summary>
    [Setting(WholeStep = true, Help = "what a narrower layer damages: the network's answers (loss), or its own output alone (sqnr: quicker)")]
    public SensitivityMeasure Sensitivity { get; init; } = SensitivityMeasure.Loss;

    /// <summary>Samples that the damage is measured on.</summary>
    [Setting(Min = 1, Max = 1_000_000, WholeStep = true, Help = "training samples that the damage is measured on; labels are not read")]
    public int SensitivitySamples { get; init; } = 256;

    /// <summary>The budget that counts: as given, or else a mean of 4 bits.</summary>
    internal WidthBudget Budget => Bytes is { } bytes ? new(WidthCost.Bytes, bytes)
        : MacBits is { } macs ? new(WidthCost.MacBits, macs)
        : MaxDrop is not null ? new(WidthCost.Bytes, double.PositiveInfinity)
        : new(WidthCost.MeanBits, MeanBits ?? DefaultMeanBits);

    /// <inheritdoc/>
    public override IEnumerable<string> Faults()
    {
        foreach (string fault in base.Faults()) yield return fault;
        string[] budgets = [.. new[] { (MeanBits, "mean-bits"), (Bytes, "bytes"), (MacBits, "mac-bits"), (MaxDrop, "max-drop") }.Where(b => b.Item1 is not null).Select(b => b.Item2)];
        if (budgets.Length > 1) yield return $"{string.Join(" and ", budgets)} are given; there can be one budget.";
        if (Bits.IsDefaultOrEmpty) yield return "bits is empty; name the widths to choose from, such as [2, 3, 4, 6, 8].";
        else if (Bits.FirstOrDefault(b => b is < 1 or > 8, 1) is var wrong and (< 1 or > 8)) yield return $"bits names {wrong}; 1 to 8 are possible.";
        if (ActivationBits == 1) yield return "activation-bits is 1; 2 to 8 and 16 are possible, and 0 for floats.";
    }
}
