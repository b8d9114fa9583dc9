using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="Downsample"/>.</summary>
public sealed record DownsampleSettings : MethodSettings
{
    /// <summary>Where the resolution halves.</summary>
    [Setting(WholeStep = true, Help = "where the resolution halves")]
    public When When { get; init; } = When.Even;

    /// <summary>What halves it at a new place.</summary>
    [Setting(WholeStep = true, Help = "what halves it at a new place")]
    public Halver With { get; init; }

    /// <summary>How often it may halve at one place; null: once, or as often as needed for there to be a choice.</summary>
    [Setting(Min = 1, Max = 16, WholeStep = true, Unit = "times", Help = "how often it may halve at one place; auto: once where that leaves a choice")]
    public int? PerPlace { get; init; }
}
