using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of the small MobileNet.</summary>
public sealed record MobileNetCifarSettings : WidthSettings
{
    /// <summary>A full 3 x 3 convolution in the place of each separable block: the network that the separable one is measured against.</summary>
    [Setting(Help = "full 3 x 3 convolutions instead of separable blocks")]
    public bool Plain { get; init; }
}
