using Pare.Compression.Quantization;
using Pare.Compression.Training;
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
        LayerWeights.Require(where, Name);
        context.Report(Name, "scales", 0);
        Model joined = FakeQuantization.Join(settings.BatchNorm == BatchNormHandling.Folded ? FoldBatchNorm.Apply(model) : model);
        bool isCalibrated = joined.Nodes.Any(n => n.Operator is FakeQuantize);
        Model aware = Prepare(joined, where, settings, context, cancel);
        TrainingSettings training = settings.Train ?? context.TrainingDefaults;
        if (settings.BatchNorm == BatchNormHandling.Frozen) training = training with { FreezeBatchNorm = true };
        Model trained = Folded(context.Retrain(aware, training, cancel));
        if (settings.OtherBits > 0 && !isCalibrated)
        {
            context.Report(Name, "sums and pools", 1);
            HashSet<string> left = [.. LayerSelector.All(model).Where(l => l.IsKernel).Select(l => l.Weight).Except(where.Select(l => l.Weight))];
            bool IsLeft(Node node) => LayerWeights.WeightOf(trained, node) is { } weight && left.Contains(weight);
            trained = OtherActivations.Insert(trained, IsLeft, settings.OtherBits, context.CalibrationSamples(settings.Samples), context.Threads, cancel);
        }
        return FakeQuantization.Part(trained);
    }

    /// <summary>The network as it is trained.</summary>
    /// <param name="joined">The network; pairs that it has are <see cref="FakeQuantize"/> already.</param>
    /// <param name="where">The layers that are quantized.</param>
    /// <param name="settings">Widths.</param>
    /// <param name="context">Samples.</param>
    /// <param name="cancel">Stops it.</param>
    internal static Model Prepare(Model joined, Layers where, QuantizeAwareSettings settings, CompressionContext context, CancellationToken cancel)
    {
        joined = PositiveFactors.Apply(joined, where);
        string[] kernels = [.. LayerSelector.All(joined).Where(l => l.IsKernel).Select(l => l.Weight)];
        var weights = new List<KeyValuePair<string, WeightEncoding>>();
        var inputs = new List<LayerInput>();
        foreach (Layer layer in where)
        {
            QuantizeAwareSettings own = where.SettingsOf<QuantizeAwareSettings>(layer);
            bool isEnd = settings.FirstLastBits > 0 && kernels.Length > 0 && (layer.Weight == kernels[0] || layer.Weight == kernels[^1]);
            int bits = isEnd ? settings.FirstLastBits : own.WeightBits;
            weights.Add(new(layer.Weight, WeightSteps.Encode(joined.Weights[layer.Weight], own.Per == WeightGranularity.Tensor ? null : layer.ChannelAxis, bits, settings.Start)));
            inputs.AddRange(joined.Nodes.Where(n => layer.IsKernel && n.Inputs.IndexOf(layer.Weight) == 1)
                .Select(n => new LayerInput(n, isEnd ? settings.FirstLastBits : own.ActivationBits)));
        }
        cancel.ThrowIfCancellationRequested();
        return ActivationSteps.Insert(joined, inputs, settings, context, cancel).WithWeights(weights);
    }

    // Codes take the place of latent numbers; a folded batch norm multiplies their scales.
    private static Model Folded(Model trained)
    {
        Model folded = Simplify.ForInference(trained.WithWeights(trained.Weights.Select(w => KeyValuePair.Create(w.Key, w.Value.Freeze()))));
        return folded.WithWeights(folded.Weights.Select(w => KeyValuePair.Create(w.Key, WeightQuantizer.WithOneScale(w.Value))));
    }
}
