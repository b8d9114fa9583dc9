using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="DuplicateFolding"/>.</summary>
public sealed record DuplicateFoldingSettings : MethodSettings
{
    /// <summary>Biases and normalization too. What is merged is trained as one from then on.</summary>
    [Setting(Help = "merge equal biases and other vectors too; what is merged is trained as one from then on")]
    public bool Vectors { get; init; }
}
