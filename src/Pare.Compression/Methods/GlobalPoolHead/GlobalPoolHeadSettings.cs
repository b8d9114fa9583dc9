using Pare.Compression.Rewriting;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="GlobalPoolHead"/>.</summary>
public sealed record GlobalPoolHeadSettings : MethodSettings
{
    /// <summary>
    /// Channels of the convolutions before the pooling, 0 for none. Null: 48, or the next power of two where there are more classes, if
    /// that leaves at most a quarter of the head's parameters; else none.
    /// </summary>
    [Setting(Min = 0, Max = 65536, Unit = "channels", Help = "channels of the convolutions before the pooling; 0: none; auto: 48 or more where that pays")]
    public int? Hidden { get; init; }

    /// <summary>Their kernels.</summary>
    [Setting(Min = 1, Max = 31, Unit = "taps", Help = "kernels of these convolutions")]
    public int Kernel { get; init; } = 3;

    /// <summary>How many there are.</summary>
    [Setting(Min = 1, Max = 8, Unit = "convolutions", Help = "how many of these convolutions there are")]
    public int Depth { get; init; } = 2;

    /// <summary>What follows each of them.</summary>
    [Setting(Help = "what follows each of these convolutions")]
    public Between Activation { get; init; } = Between.BatchNormRelu;
}
