using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of the keyword network.</summary>
public sealed record DsCnnSettings : ClassifierSettings
{
    /// <summary>The share of numbers that dropout sets to 0 before the last layer while training, and half of it after the first; 0: no dropout.</summary>
    [Setting(Min = 0, Max = 0.95, Help = "share of numbers dropped while training")]
    public double Dropout { get; init; }
}
