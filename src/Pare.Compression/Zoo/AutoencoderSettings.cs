using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of the auto-encoder.</summary>
public sealed record AutoencoderSettings : ArchitectureSettings
{
    /// <summary>Numbers that go in and come out.</summary>
    [Setting(Min = 1, Max = 1_000_000, Help = "numbers that go in and come out")]
    public int Inputs { get; init; } = 640;

    /// <summary>Numbers of each hidden layer.</summary>
    [Setting(Min = 1, Max = 1_000_000, Help = "numbers of each hidden layer")]
    public int Hidden { get; init; } = 128;

    /// <summary>Numbers of the layer in the middle.</summary>
    [Setting(Min = 1, Max = 1_000_000, Help = "numbers of the layer in the middle")]
    public int Code { get; init; } = 8;
}
