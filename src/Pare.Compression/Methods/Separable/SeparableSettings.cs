using Pare.Compression.Rewriting;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="Separable"/>.</summary>
public sealed record SeparableSettings : MethodSettings
{
    /// <summary>Depthwise kernels of each input channel.</summary>
    [Setting(Min = 1, Max = 64, Help = "depthwise kernels of each input channel")]
    public int Multiplier { get; init; } = 1;

    /// <summary>What stands between the depthwise and the pointwise convolution; MobileNet has a batch norm and a rectifier there.</summary>
    [Setting(Help = "what stands between the depthwise and the pointwise convolution")]
    public Between Between { get; init; } = Between.None;

    /// <summary>Convolutions of fewer input channels stay: the first layer has too few kernels to share.</summary>
    [Setting(Min = 1, Max = 65536, Unit = "channels", Help = "convolutions of fewer input channels stay as they are")]
    public int LeastChannels { get; init; } = 8;
}
