namespace Pare.Compression.Methods;

/// <summary>Settings of <see cref="QuantizeWeights"/>.</summary>
public sealed record QuantizeWeightsSettings : RoundedWeightSettings;
