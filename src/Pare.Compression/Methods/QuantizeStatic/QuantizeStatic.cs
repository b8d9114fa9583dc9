using Pare.Compression.Quantization;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Quantizes weights and activations after training: ranges of activations are found on some samples, or without data from batch normalizations.</summary>
/// <remarks>Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", CVPR 2018; Nagel et al., "A white paper on neural network quantization", 2021.</remarks>
public sealed class QuantizeStatic : CompressionMethod<QuantizeStaticSettings>
{
    /// <inheritdoc/>
    public override string Name => "quantize.static";

    /// <inheritdoc/>
    public override string Summary => "weights and activations in integers; the ranges of activations are found on some samples";

    /// <inheritdoc/>
    public override bool ChangesGraph => true;

    /// <inheritdoc/>
    protected override MethodNeeds Needs(QuantizeStaticSettings settings) => settings.Ranges == RangeSource.Data || settings.WatchesSamples ? MethodNeeds.Calibration : MethodNeeds.None;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, QuantizeStaticSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        LayerWeights.RefuseQuantized(model, Name);
        LayerWeights.Require(where, Name);
        Model simple = Simplify.ForInference(model);
        var exclusion = new Exclusion(simple, settings.Exclude);
        Dictionary<string, QuantizeStaticSettings> chosen = LayerWeights.Chosen(model, simple, where, settings, exclusion.Leaves);
        return StaticQuantization.Prepare(new StaticQuantization.Task(model, simple, chosen, exclusion, settings, Name), context, cancel).Apply(chosen, context, cancel);
    }
}
