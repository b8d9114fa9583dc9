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
    protected override MethodNeeds Needs(QuantizeWeightsSettings settings) => settings.WatchesSamples ? MethodNeeds.Calibration : MethodNeeds.None;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, QuantizeWeightsSettings settings, CompressionContext context, CancellationToken cancel)
    {
        Model quantized = LayerWeights.Round(model, where, layer => where.SettingsOf<QuantizeWeightsSettings>(layer).WeightFormat, Name, context, cancel);
        Dictionary<string, QuantizeWeightsSettings> chosen = where.ToDictionary(l => l.Weight, where.SettingsOf<QuantizeWeightsSettings>, StringComparer.Ordinal);
        return Rescue.Apply(new Rescue.Task(model, model, quantized, chosen.GetValueOrDefault, settings, Name), context, cancel);
    }
}
