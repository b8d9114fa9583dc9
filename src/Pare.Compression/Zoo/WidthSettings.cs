using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of a network that comes in many widths.</summary>
public record WidthSettings : DropoutSettings
{
    /// <summary>Factor of all channel counts but those of the input and the classes.</summary>
    [Setting(Min = 0.01, Max = 4, Help = "factor of all channel counts")]
    public double Width { get; init; } = 1;

    /// <summary>A channel count at this width, rounded to the nearest.</summary>
    internal int Scaled(int channels) => Math.Max(1, (int)Math.Round(channels * Width));

    /// <summary>A channel count at this width as a multiple of 8, never less than 0.9 of it.</summary>
    /// <remarks>The rounding of TensorFlow-slim's MobileNetV2, which its published models have.</remarks>
    internal int InEights(int channels)
    {
        double wish = channels * Width;
        int rounded = Math.Max(8, (int)(wish + 4) / 8 * 8);
        return rounded < 0.9 * wish ? rounded + 8 : rounded;
    }
}
