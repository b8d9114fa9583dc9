using Pare.Compression.Data;
using Pare.Compression.Quantization;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Quantizes weights and activations after training: ranges of activations are found on some samples, or without data from batch normalizations.</summary>
/// <remarks>Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only inference", CVPR 2018; Nagel et al., "A white paper on neural network quantization", 2021.</remarks>
public sealed class QuantizeStatic : CompressionMethod<QuantizeStaticSettings>
{
    // With fewer, ranges follow from chance.
    private const int FewSamples = 32;

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
        QuantizationPlan plan = QuantizationPlan.Of(simple, n => exclusion.Leaves(n) || (LayerWeights.WeightOf(simple, n) is { } weight && !chosen.ContainsKey(weight)));
        ActivationFormat[] formats = [.. plan.Groups.Select(g => Format(simple, g, chosen, settings))];
        ActivationQuantizer[] quantizers = settings.Ranges == RangeSource.Data
            ? Calibrate(model, simple, plan, formats, settings, context, cancel)
            : FromStatistics(model, plan, formats, settings, context);
        Layer[] layers = [.. LayerSelector.All(simple).Where(l => chosen.ContainsKey(l.Weight))];
        Model quantized = plan.Insert(LayerWeights.Round(simple, layers, l => chosen[l.Weight].WeightFormat, Name, context, cancel), quantizers);
        return Rescue.Apply(new Rescue.Task(model, simple, quantized, w => chosen.TryGetValue(w, out QuantizeStaticSettings? own) ? own : null, settings, Name), context, cancel);
    }

    // As wide as the widest layer wants that reads it.
    private static ActivationFormat Format(Model model, QuantizedGroup group, Dictionary<string, QuantizeStaticSettings> chosen, QuantizeStaticSettings settings)
    {
        HashSet<string> readers = [.. group.Values.SelectMany(v => v.Readers)];
        QuantizeStaticSettings[] layers = [.. model.Nodes.Where(n => readers.Contains(n.Name)).Select(n => LayerWeights.WeightOf(model, n)).OfType<string>().Where(chosen.ContainsKey).Select(w => chosen[w])];
        return new ActivationFormat(layers.Length == 0 ? settings.ActivationBits : layers.Max(s => s.ActivationBits), settings.Symmetric);
    }

    private ActivationQuantizer[] FromStatistics(Model model, QuantizationPlan plan, ActivationFormat[] formats, QuantizeStaticSettings settings, CompressionContext context)
    {
        ActivationRange input = settings.InputRange is [var low, var high] ? new((float)low, (float)high)
            : Preprocessing.FromMetadata(model.Metadata.Properties)?.Trained is { } trained ? new(trained.Min, trained.Max)
            : throw new RecipeException($"{Name} with ranges=statistics must know the least and the greatest input: the model does not say what it was trained on, so give input-range=LOW,HIGH.");
        var known = new StatisticalRanges(Simplify.ForTraining(model), input, settings.Deviations);
        string[] unknown = [.. plan.Sources.Where(s => known[s] is null)];
        if (unknown.Length > 0)
            throw new RecipeException($"{Name}: nothing says the range of {string.Join(", ", unknown.Take(5).Select(u => $"'{u}'"))}. Give samples (ranges=data and --data), or leave those layers out (exclude).");
        context.Warn("the ranges of activations follow from batch normalizations, not from data");
        return [.. plan.Groups.Select((g, i) => ActivationQuantizer.Of(g.Sources.Select(s => known[s]!.Range).Aggregate((a, b) => a.Union(b)), formats[i]))];
    }

    private ActivationQuantizer[] Calibrate(
        Model model, Model simple, QuantizationPlan plan, ActivationFormat[] formats, QuantizeStaticSettings settings, CompressionContext context, CancellationToken cancel)
    {
        if (plan.Groups.IsEmpty) return [];
        DataSet samples = context.CalibrationSamples(settings.Samples);
        if (samples.Count < Math.Min(FewSamples, settings.Samples)) context.Warn($"calibration has {samples.Count} samples; ranges from fewer than {FewSamples} follow from chance");
        ActivationWalk walk = ActivationWalk.For(simple, samples, context.Threads);
        if (InputCheck.Fault(model, walk, cancel) is { } fault) context.Warn(fault);
        var collector = new RangeCollector(plan, formats, format => Calibrators.Create(settings.Calibration, format, settings.Percentile));
        collector.Collect(simple, walk, done => context.Report(Name, "calibration", done), cancel);
        string[] constant = [.. collector.Constant];
        if (constant.Length > 0)
            context.Warn($"calibration: {string.Join(", ", constant.Take(3).Select(c => $"'{c}'"))}{(constant.Length > 3 ? $" and {constant.Length - 3} more" : "")} had the same number throughout; the samples may all be alike");
        return collector.Quantizers();
    }
}
