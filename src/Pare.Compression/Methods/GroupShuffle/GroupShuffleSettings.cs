using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="GroupShuffle"/>.</summary>
public sealed record GroupShuffleSettings : MethodSettings
{
    /// <summary>Groups; convolutions whose channels they do not divide stay.</summary>
    [Setting(Min = 2, Max = 1024, Unit = "groups", Help = "groups; convolutions whose channels they do not divide stay as they are")]
    public int Groups { get; init; } = 4;

    /// <summary>Where channels are shuffled.</summary>
    [Setting(WholeStep = true, Help = "where channels are shuffled")]
    public Shuffling Shuffle { get; init; }

    /// <summary>Convolutions of fewer input channels stay.</summary>
    [Setting(Min = 1, Max = 65536, Unit = "channels", Help = "convolutions of fewer input channels stay as they are")]
    public int LeastChannels { get; init; } = 8;
}
