using Pare.Compression.Quantization;

namespace Pare.Compression.Methods;

/// <summary>Rounds weights to integers of 1 to 8 bits; activations stay floats. Needs no data.</summary>
public sealed class QuantizeWeights : CompressionMethod<QuantizeWeightsSettings>
{
    /// <inheritdoc/>
    public override string Name => "quantize.weights";

    /// <inheritdoc/>
    public override string Summary => "rounds weights to integers of 1 to 8 bits; activations stay floats";

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, QuantizeWeightsSettings settings, CompressionContext context, CancellationToken cancel) =>
        LayerWeights.Round(model, where, layer => where.SettingsOf<QuantizeWeightsSettings>(layer).WeightFormat, Name, context, cancel);
}
