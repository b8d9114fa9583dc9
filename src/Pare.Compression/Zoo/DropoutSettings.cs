using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of a network on pictures with dropout before its classifier.</summary>
public record DropoutSettings : PictureSettings
{
    /// <summary>The share of numbers that dropout sets to 0 while training; 0: no dropout.</summary>
    [Setting(Min = 0, Max = 0.95, Help = "share of numbers dropped while training")]
    public double Dropout { get; init; }
}
