using Pare.Compression.Settings;

namespace Pare.Compression.Zoo;

/// <summary>Options of a network that tells classes apart.</summary>
public record ClassifierSettings : ArchitectureSettings
{
    /// <summary>How many classes the network tells apart.</summary>
    [Setting(Min = 1, Max = 1_000_000, Unit = "classes", Help = "how many classes the network tells apart")]
    public int Classes { get; init; } = 10;
}
