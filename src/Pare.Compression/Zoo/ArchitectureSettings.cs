using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options that every architecture has.</summary>
public record ArchitectureSettings
{
    /// <summary>How many classes the network tells apart.</summary>
    [Setting(Min = 1, Max = 1_000_000, Unit = "classes", Help = "how many classes the network tells apart")]
    public int Classes { get; init; } = 10;
}
