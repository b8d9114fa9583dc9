using System.Collections.Immutable;
using Pare.Compression.Settings;

namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="QuantizeDynamic"/>.</summary>
public sealed record QuantizeDynamicSettings : WeightQuantizationSettings
{
    /// <summary>Layers and nodes that stay in floats.</summary>
    [Setting(WholeStep = true, Help = "layers and nodes that stay in floats: patterns of names, or @Type")]
    public ImmutableArray<string> Exclude { get; init; } = [];
}
