using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Quantization;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Weights and activations quantized after training. What activations need is found once; weights can then be tried with several widths.</summary>
internal sealed class StaticQuantization
{
    // With fewer, ranges follow from chance.
    private const int FewSamples = 32;

    private readonly Task _task;
    private readonly QuantizationPlan? _plan;
    private readonly ActivationQuantizer[] _quantizers;

    private StaticQuantization(Task task, QuantizationPlan? plan, ActivationQuantizer[] quantizers) => (_task, _plan, _quantizers) = (task, plan, quantizers);

    /// <summary>What is to be quantized.</summary>
    /// <param name="Given">The network as the method got it: with batch normalizations, if it has any.</param>
    /// <param name="Simple">The network that is quantized.</param>
    /// <param name="Chosen">Its layers by their weights, with their settings; the widths of weights do not matter yet.</param>
    /// <param name="Exclusion">What stays in floats.</param>
    /// <param name="Settings">Those of the step.</param>
    /// <param name="Method">The method's name.</param>
    public sealed record Task(
        Model Given, Model Simple, IReadOnlyDictionary<string, QuantizeStaticSettings> Chosen, Exclusion Exclusion, QuantizeStaticSettings Settings, string Method);

    /// <summary>Plans which activations are quantized, and finds their ranges; with activations of 0 bits they all stay floats.</summary>
    /// <exception cref="RecipeException">There are no samples, or nothing says a range.</exception>
    public static StaticQuantization Prepare(Task task, CompressionContext context, CancellationToken cancel)
    {
        (Model simple, QuantizeStaticSettings settings) = (task.Simple, task.Settings);
        if (settings.ActivationBits == 0) return new StaticQuantization(task, null, []);
        QuantizationPlan plan = QuantizationPlan.Of(simple, n => task.Exclusion.Leaves(n) || (LayerWeights.WeightOf(simple, n) is { } weight && !task.Chosen.ContainsKey(weight)));
        ActivationFormat[] formats = [.. plan.Groups.Select(g => Format(simple, g, task.Chosen, settings))];
        return new StaticQuantization(task, plan, settings.Ranges == RangeSource.Data ? Calibrate(task, plan, formats, context, cancel) : FromStatistics(task, plan, formats, context));
    }

    /// <summary>The network with quantized activations, and weights as these settings of layers say.</summary>
    /// <exception cref="RecipeException">A weight is not floats any more, or there are no samples for its rounding.</exception>
    public Model Apply(IReadOnlyDictionary<string, QuantizeStaticSettings> chosen, CompressionContext context, CancellationToken cancel)
    {
        Layer[] layers = [.. LayerSelector.All(_task.Simple).Where(l => chosen.ContainsKey(l.Weight))];
        Model rounded = LayerWeights.Round(_task.Simple, layers, l => chosen[l.Weight].WeightFormat, _task.Method, context, cancel), quantized = _plan?.Insert(rounded, _quantizers) ?? rounded;
        return Rescue.Apply(new Rescue.Task(_task.Given, _task.Simple, quantized, chosen.GetValueOrDefault, _task.Settings, _task.Method), context, cancel);
    }

    // As wide as the widest layer wants that reads it.
    private static ActivationFormat Format(Model model, QuantizedGroup group, IReadOnlyDictionary<string, QuantizeStaticSettings> chosen, QuantizeStaticSettings settings)
    {
        HashSet<string> readers = [.. group.Values.SelectMany(v => v.Readers)];
        QuantizeStaticSettings[] layers = [.. model.Nodes.Where(n => readers.Contains(n.Name)).Select(n => LayerWeights.WeightOf(model, n)).OfType<string>().Where(chosen.ContainsKey).Select(w => chosen[w])];
        return new ActivationFormat(layers.Length == 0 ? settings.ActivationBits : layers.Max(s => s.ActivationBits), settings.Symmetric);
    }

    private static ActivationQuantizer[] FromStatistics(Task task, QuantizationPlan plan, ActivationFormat[] formats, CompressionContext context)
    {
        QuantizeStaticSettings settings = task.Settings;
        ActivationRange input = settings.InputRange is [var low, var high] ? new((float)low, (float)high)
            : Preprocessing.FromMetadata(task.Given.Metadata.Properties)?.Trained is { } trained ? new(trained.Min, trained.Max)
            : throw new RecipeException($"{task.Method} with ranges=statistics must know the least and the greatest input: the model does not say what it was trained on, so give input-range=LOW,HIGH.");
        var known = new StatisticalRanges(Simplify.ForTraining(task.Given), input, settings.Deviations);
        string[] unknown = [.. plan.Sources.Where(s => known[s] is null)];
        if (unknown.Length > 0)
            throw new RecipeException($"{task.Method}: nothing says the range of {string.Join(", ", unknown.Take(5).Select(u => $"'{u}'"))}. Give samples (ranges=data and --data), or leave those layers out (exclude).");
        context.Warn("the ranges of activations follow from batch normalizations, not from data");
        return [.. plan.Groups.Select((g, i) => ActivationQuantizer.Of(g.Sources.Select(s => known[s]!.Range).Aggregate((a, b) => a.Union(b)), formats[i]))];
    }

    private static ActivationQuantizer[] Calibrate(Task task, QuantizationPlan plan, ActivationFormat[] formats, CompressionContext context, CancellationToken cancel)
    {
        QuantizeStaticSettings settings = task.Settings;
        if (plan.Groups.IsEmpty) return [];
        DataSet samples = context.CalibrationSamples(settings.Samples);
        if (samples.Count < Math.Min(FewSamples, settings.Samples)) context.Warn($"calibration has {samples.Count} samples; ranges from fewer than {FewSamples} follow from chance");
        ActivationWalk walk = ActivationWalk.For(task.Simple, samples, context.Threads);
        if (InputCheck.Fault(task.Given, walk, cancel) is { } fault) context.Warn(fault);
        var collector = new RangeCollector(plan, formats, format => Calibrators.Create(settings.Calibration, format, settings.Percentile));
        collector.Collect(task.Simple, walk, done => context.Report(task.Method, "calibration", done), cancel);
        string[] constant = [.. collector.Constant];
        if (constant.Length > 0)
            context.Warn($"calibration: {string.Join(", ", constant.Take(3).Select(c => $"'{c}'"))}{(constant.Length > 3 ? $" and {constant.Length - 3} more" : "")} had the same number throughout; the samples may all be alike");
        return collector.Quantizers();
    }
}
