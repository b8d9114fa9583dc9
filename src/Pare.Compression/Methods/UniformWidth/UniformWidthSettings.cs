using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="UniformWidth"/>.</summary>
public sealed record UniformWidthSettings : MethodSettings
{
    /// <summary>The share of each layer's channels that stays.</summary>
    [Setting(Min = 0.001, Max = 1, Help = "share of each layer's channels that stays")]
    public double Width { get; init; } = 0.5;

    /// <summary>Channel counts are rounded to a multiple of this, as far as ties between layers let them.</summary>
    [Setting(Min = 1, Max = 1024, Unit = "channels", Help = "channel counts become multiples of this")]
    public int Multiple { get; init; } = 1;

    /// <summary>Which channels stay: those of the largest weights.</summary>
    [Setting(Help = "which channels stay: the largest by l1 or l2 norm, or the first")]
    public ChannelImportance Importance { get; init; } = ChannelImportance.L1;
}
