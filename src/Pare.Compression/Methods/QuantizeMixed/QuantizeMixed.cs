using System.Collections.Immutable;
using Pare.Compression.Evaluation;
using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Mixed;
using Pare.Compression.Reporting;
using Pare.Passes;

namespace Pare.Compression.Methods;

/// <summary>Quantizes as <see cref="QuantizeStatic"/> does, each layer's weights to a width of their own: as wide as they need within a budget.</summary>
/// <remarks>
/// What each layer damages alone is measured, the damages are taken to add up, and the widths of the least sum within the budget are found.
/// Dong et al., "HAWQ-V2", NeurIPS 2020, section 3.3 (the sum and its Pareto curve); Nagel et al., "A white paper on neural network quantization",
/// 2021, section 3.7 (layers quantized alone).
/// </remarks>
public sealed class QuantizeMixed : CompressionMethod<QuantizeMixedSettings>
{
    private const int SearchedPoints = 128, ReportedPoints = 32;

    /// <inheritdoc/>
    public override string Name => "quantize.mixed";

    /// <inheritdoc/>
    public override string Summary => "weights in integers, each layer as wide as it needs within a budget; activations as in quantize.static";

    /// <inheritdoc/>
    public override bool ChangesGraph => true;

    /// <inheritdoc/>
    protected override MethodNeeds Needs(QuantizeMixedSettings settings) => MethodNeeds.Calibration;

    /// <inheritdoc/>
    protected override Model Apply(Model model, Layers where, QuantizeMixedSettings settings, CompressionContext context, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        LayerWeights.RefuseQuantized(model, Name);
        LayerWeights.Require(where, Name);
        if (settings.MaxDrop is not null && context.Validation is null)
            throw new RecipeException($"{Name}: max-drop measures accuracy on validation samples, and there are none. Name a data set (--data), or take another budget.");
        Model simple = settings.ActivationBits == 0 ? model : Simplify.ForInference(model);
        var exclusion = new Exclusion(simple, settings.Exclude);
        Dictionary<string, QuantizeStaticSettings> chosen = LayerWeights.Chosen<QuantizeStaticSettings>(model, simple, where, settings, exclusion.Leaves);
        if (chosen.Count == 0) throw new RecipeException($"{Name}: exclude leaves no layer. Take patterns out of it.");
        if (chosen.FirstOrDefault(c => (c.Value.ActivationBits == 0) != (settings.ActivationBits == 0)) is { Key: { } mixed })
            throw new RecipeException($"{Name}: activation-bits is 0 for some layers alone, such as '{mixed}'. Give 0 to the whole step, or leave layers in floats by exclude.");
        var table = WidthTable.Of(simple, chosen, settings, context.Threads, cancel);
        if (table.Pinned.All(p => p)) throw new RecipeException($"{Name}: weight-bits fixes every layer, so there is nothing to choose. Take quantize.static, or fix fewer.");
        long limit = table.Limit(settings.Budget, Name);
        double[][] damages = new Sensitivity(simple, ActivationWalk.For(simple, context.CalibrationSamples(settings.SensitivitySamples), context.Threads)).Measure(
            settings.Sensitivity, [.. table.Weights.Zip(table.Forms)], (weight, done) => context.Report(Name, $"sensitivity: {weight}", done), cancel);
        ImmutableArray<ImmutableArray<long>> costs = table.Costs(settings.Budget.Cost);
        var assignment = Assignment.Solve([.. costs.Select((c, l) => new LayerChoices(c, LayerChoices.Monotone(damages[l])))], cancel: cancel);
        var quantization = StaticQuantization.Prepare(new StaticQuantization.Task(model, simple, chosen, exclusion, settings, Name), context, cancel);
        Model Quantize(AssignmentPoint point, CompressionContext heard) => quantization.Apply(
            table.Weights.Select((w, l) => KeyValuePair.Create(w, chosen[w] with { WeightBits = table.Bits[l][point.Choices[l]] })).ToDictionary(StringComparer.Ordinal), heard, cancel);
        (AssignmentPoint point, Model quantized, Dictionary<AssignmentPoint, double> errors) = (assignment.Within(limit)!, model, []);
        if (settings.MaxDrop is { } drop)
        {
            var search = new DropSearch(simple, context.Validation!, context.Threads);
            var said = new HashSet<string>(StringComparer.Ordinal); // each point would say the same again
            CompressionContext quiet = context with
            {
                Progress = null,
                Warnings = message =>
                {
                    if (said.Add(message)) context.Warn(message);
                },
            };
            (point, quantized) = search.Cheapest(Thin(assignment.Curve, SearchedPoints), drop, p => Quantize(p, quiet), (done, of) => context.Report(Name, "widths on the validation samples", (double)done / of), Name, cancel);
            errors = search.Errors;
        }
        else quantized = Quantize(point, context);
        Report(table, assignment.Curve, point, errors, settings, context);
        return quantized;
    }

    private static void Report(
        WidthTable table, ImmutableArray<AssignmentPoint> curve, AssignmentPoint point, Dictionary<AssignmentPoint, double> errors, QuantizeMixedSettings settings, CompressionContext context)
    {
        ImmutableArray<LayerWidth> widths = [.. table.Weights.Select((w, l) => new LayerWidth(w, table.Bits[l][point.Choices[l]], table.Pinned[l]))];
        IEnumerable<AssignmentPoint> shown = Thin(curve, ReportedPoints).Concat(errors.Keys).Append(point).Distinct().OrderBy(p => p.Cost);
        context.Curves?.Invoke(new WidthCurve(Settings.Setting.Text(settings.Sensitivity), [.. shown.Select(p => new WidthPoint(table.Bytes(p.Choices), table.MeanBits(p.Choices), p.Damage)
        {
            Error = errors.TryGetValue(p, out double error) ? error : null,
            Chosen = ReferenceEquals(p, point),
        })], widths));
        IEnumerable<string> groups = widths.GroupBy(w => w.Bits).OrderByDescending(g => g.Key).Select(g => $"{g.Key} bits: {string.Join(", ", g.Select(w => w.Weight))}");
        context.Warn(FormattableString.Invariant($"mean of {table.MeanBits(point.Choices):0.##} bits ({string.Join("; ", groups)})"));
    }

    // Evenly along the costs; the ends stay.
    private static AssignmentPoint[] Thin(ImmutableArray<AssignmentPoint> curve, int count)
    {
        (long low, long high) = (curve[0].Cost, curve[^1].Cost);
        return [.. Enumerable.Range(0, count - 1).Select(i => curve.Last(p => p.Cost <= low + (high - low) * (double)i / (count - 1))).Append(curve[^1]).Distinct()];
    }
}
