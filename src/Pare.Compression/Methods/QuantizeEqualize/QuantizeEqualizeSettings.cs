using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="QuantizeEqualize"/>.</summary>
public sealed record QuantizeEqualizeSettings : MethodSettings
{
    /// <summary>The most rounds over all layers.</summary>
    [Setting(Min = 1, Max = 10_000, Unit = "rounds", Help = "the most rounds over all layers; it ends earlier where nothing changes")]
    public int Rounds { get; init; } = 100;

    /// <summary>Whether clips from 0 to a bound become rectifiers: what they cut off comes through then, so outputs change.</summary>
    [Setting(Help = "clips such as ReLU6 become plain rectifiers, so that layers around them can be equalized; outputs may change")]
    public bool ReplaceClips { get; init; }

    /// <summary>Whether large biases move on to the layers behind.</summary>
    [Setting(Help = "biases so large that a channel is hardly ever 0 move to the layers behind; from batch normalizations, else measured on samples")]
    public bool AbsorbBias { get; init; } = true;

    /// <summary>Samples to measure on where there are no batch normalizations.</summary>
    [Setting(Min = 1, Max = 1_000_000, Help = "training samples for absorb-bias where batch normalizations are folded; labels are not read")]
    public int Samples { get; init; } = 256;
}
