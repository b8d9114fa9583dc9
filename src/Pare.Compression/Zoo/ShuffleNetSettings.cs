using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of the first ShuffleNet.</summary>
public sealed record ShuffleNetSettings : PictureSettings
{
    /// <summary>Factor of all channel counts; they are rounded so that the groups divide them.</summary>
    [Setting(Min = 0.01, Max = 4, Help = "factor of all channel counts")]
    public double Width { get; init; } = 1;

    /// <summary>Groups of the 1 x 1 convolutions: 1, 2, 3, 4 or 8.</summary>
    [Setting(Min = 1, Max = 8, Help = "groups of the 1 x 1 convolutions (1, 2, 3, 4 or 8)")]
    public int Groups { get; init; } = 3;
}
