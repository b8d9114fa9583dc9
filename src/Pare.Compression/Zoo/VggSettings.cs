using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of the VGG networks.</summary>
public sealed record VggSettings : ArchitectureSettings
{
    /// <summary>Factor of all channel counts.</summary>
    [Setting(Min = 0.01, Max = 4, Help = "factor of all channel counts")]
    public double Width { get; init; } = 1;

    /// <summary>The share of numbers that dropout sets to 0 while training; 0: no dropout.</summary>
    [Setting(Min = 0, Max = 0.95, Help = "share of numbers dropped while training")]
    public double Dropout { get; init; }

    /// <summary>Channels of the convolutions; 0 stands for a pooling.</summary>
    internal static int[] Layers => [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];

    internal int Scaled(int channels) => Math.Max(1, (int)Math.Round(channels * Width));
}
