using Pare.Compression.Rewriting;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="Fire"/>.</summary>
public sealed record FireSettings : MethodSettings
{
    /// <summary>Channels after squeezing, as a share of the outputs.</summary>
    [Setting(Min = 0.001, Max = 1, Help = "channels after squeezing, as a share of the outputs")]
    public double Squeeze { get; init; } = 0.125;

    /// <summary>The share of the outputs that keep their kernels; the others become 1 x 1.</summary>
    [Setting(Min = 0, Max = 1, Help = "share of the outputs that keep their kernels; the others become 1 x 1")]
    public double Expand3x3 { get; init; } = 0.5;

    /// <summary>What follows the squeeze.</summary>
    [Setting(Help = "what follows the squeeze")]
    public Between Activation { get; init; } = Between.Relu;

    /// <summary>The correlation of neighbouring inputs under which a 1 x 1 kernel comes closest to what it replaces.</summary>
    [Setting(Min = 0, Max = 1, Help = "assumed correlation of neighbouring inputs, for outputs that become 1 x 1")]
    public double Correlation { get; init; } = 0.8;

    /// <summary>Convolutions of fewer input channels stay.</summary>
    [Setting(Min = 1, Max = 65536, Unit = "channels", Help = "convolutions of fewer input channels stay as they are")]
    public int LeastChannels { get; init; } = 8;
}
