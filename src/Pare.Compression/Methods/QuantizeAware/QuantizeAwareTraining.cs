using Pare.Compression.Training;
using Pare.Encodings;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Trains a network whose weights and layer inputs are rounded to a few bits while it learns, and stores it so.</summary>
/// <remarks>
/// Weights become <see cref="Encodings.QuantizeAware"/>, the inputs of layers pass <see cref="FakeQuantize"/>; all steps learn, without weight
/// decay. Pruned zeros stay zero and clusters stay clusters: then their table is quantized. A network that is calibrated already goes on from its scales.
/// Esser et al., "Learned Step Size Quantization", ICLR 2020; Choi et al., "PACT", arXiv:1805.06085.
/// </remarks>
public sealed class QuantizeAwareTraining : CompressionMethod<QuantizeAwareSettings>
{
    /// <inheritdoc/>
    public override string Name => "quantize.aware";

    /// <inheritdoc/>
    public override string Summary => "trains with weights and activations of a few bits, and their scales";

    /// <inheritdoc/>
    public override bool ChangesGraph => true;

    /// <inheritdoc/>
    protected override MethodNeeds Needs(QuantizeAwareSettings settings) => MethodNeeds.Training;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, QuantizeAwareSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (context.Training is null) throw new RecipeException($"{Name} trains, and there is no data. Name a data set (--data, or 'data:' in the recipe).");
        context.Report(Name, "scales", 0);
        Model aware = Prepare(model, where, settings, context, cancel);
        TrainingSettings training = settings.Train ?? context.TrainingDefaults;
        if (settings.BatchNorm == BatchNormHandling.Frozen) training = training with { FreezeBatchNorm = true };
        return Finish(context.Retrain(aware, training, cancel));
    }

    /// <summary>The network as it is trained.</summary>
    internal static Model Prepare(Model model, Layers where, QuantizeAwareSettings settings, CompressionContext context, CancellationToken cancel)
    {
        // A calibrated network's pairs become operators whose scales can learn.
        Model joined = FakeQuantization.Join(settings.BatchNorm == BatchNormHandling.Folded ? FoldBatchNorm.Apply(model) : model);
        string[] kernels = [.. LayerSelector.All(joined).Where(l => l.IsKernel).Select(l => l.Weight)];
        var weights = new List<KeyValuePair<string, WeightEncoding>>();
        var inputs = new List<LayerInput>();
        foreach (Layer layer in where)
        {
            QuantizeAwareSettings own = where.SettingsOf<QuantizeAwareSettings>(layer);
            bool isEnd = settings.FirstLastBits > 0 && kernels.Length > 0 && (layer.Weight == kernels[0] || layer.Weight == kernels[^1]);
            int bits = isEnd ? settings.FirstLastBits : own.WeightBits;
            weights.Add(new(layer.Weight, WeightSteps.Encode(joined.Weights[layer.Weight], own.Per == ScaleSharing.Tensor ? null : layer.ChannelAxis, bits, settings.Start)));
            inputs.AddRange(joined.Nodes.Where(n => layer.IsKernel && n.Inputs.IndexOf(layer.Weight) == 1)
                .Select(n => new LayerInput(n, isEnd ? settings.FirstLastBits : own.ActivationBits)));
        }
        cancel.ThrowIfCancellationRequested();
        return ActivationSteps.Insert(joined, inputs, settings, context, cancel).WithWeights(weights);
    }

    /// <summary>The trained network as it is stored: codes and scales, pairs of nodes, batch norms folded.</summary>
    internal static Model Finish(Model trained)
    {
        Model frozen = trained.WithWeights(trained.Weights.Select(w => KeyValuePair.Create(w.Key, w.Value.Freeze())));
        return FoldBatchNorm.Apply(FakeQuantization.Part(frozen));
    }
}
