using System.Collections.Immutable;
using Pare.Compression.Rewriting;

namespace Pare.Compression.Advice;

/// <summary>Asks every adviser, outlines what each suggests, and measures both networks: no saving is estimated.</summary>
/// <param name="advisers">Whom to ask; null for all that Pare has.</param>
/// <param name="methods">The methods there are; null for Pare's own. Suggestions of other methods are left out.</param>
public sealed class Advisor(Catalog<Adviser>? advisers = null, Catalog<CompressionMethod>? methods = null)
{
    /// <summary>Where less than this is left of both bytes and multiplications, retraining cannot be counted on.</summary>
    private const double MuchLess = 0.3;

    private readonly Catalog<Adviser> _advisers = advisers ?? AdviserCatalog.Default;
    private readonly Catalog<CompressionMethod> _methods = methods ?? MethodCatalog.Default;

    /// <summary>Looks at a network.</summary>
    /// <param name="model">The network.</param>
    /// <param name="threads">How many suggestions are outlined side by side; the result does not depend on it.</param>
    /// <param name="progress">Hears from 0 to 1 how far it is; null for nobody.</param>
    /// <param name="cancel">Stops.</param>
    public AdviceReport Run(Model model, int threads, IProgress<double>? progress, CancellationToken cancel)
    {
        var scope = new AdviceScope(model, _methods);
        var before = ModelCost.Of(model);
        (Adviser Adviser, Suggestion Suggestion)[] suggestions =
            [.. _advisers.SelectMany(a => a.Look(scope).Where(s => scope.Has(s.Step)).Select(s => (a, s)))];
        var found = new Recommendation?[suggestions.Length];
        var refused = new (string Step, string Reason)?[suggestions.Length];
        int done = 0;
        Parallel.For(0, suggestions.Length, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, i =>
        {
            (Adviser adviser, Suggestion suggestion) = suggestions[i];
            string step = StepOf(model, suggestion);
            try
            {
                found[i] = Try(model, before, adviser, suggestion, step, cancel);
            }
            catch (Exception e) when (e is RecipeException or ModelException or UnsupportedException)
            {
                refused[i] = (step, e.Message);
            }
            lock (found) progress?.Report((double)++done / suggestions.Length);
        });
        return new AdviceReport(before, [.. found.OfType<Recommendation>()], [.. refused.Where(r => r is not null).Select(r => r!.Value)]);
    }

    private Recommendation? Try(Model model, ModelCost before, Adviser adviser, Suggestion suggestion, string step, CancellationToken cancel)
    {
        Model outlined = Outline(model, step, cancel);
        if (ReferenceEquals(outlined, model)) return null;
        var after = ModelCost.Of(outlined);
        ImmutableArray<string> layers = [.. LayerSelector.All(model).Where(l => l.IsKernel && IsReplaced(l.Weight, model, outlined)).Select(l => l.Weight)];
        bool little = after.Bytes < MuchLess * before.Bytes && after.Macs < MuchLess * before.Macs;
        AdviceRisk risk = little && suggestion.Risk == AdviceRisk.Medium ? AdviceRisk.High : suggestion.Risk;
        return new Recommendation(adviser.Name, suggestion.Title, suggestion.Why, risk, layers, step, before, after) { ForAccuracy = suggestion.ForAccuracy, IsAsked = suggestion.IsAsked };
    }

    private Model Outline(Model model, string argument, CancellationToken cancel)
    {
        RecipeStep step = Recipe.FromArguments([argument], _methods).Steps[0];
        Layers where = step.ChooseLayers(model);
        return step.Method is GraphRewrite rewrite
            ? rewrite.Outline(model, where, step.Settings)
            : step.Method.Apply(model, where, step.Settings, new CompressionContext(), cancel);
    }

    // Another encoding of the same shape counts too: folding scales a kernel in its place.
    private static bool IsReplaced(string weight, Model before, Model after) =>
        !after.Weights.TryGetValue(weight, out WeightEncoding? now) || !ReferenceEquals(now, before.Weights[weight]);

    private static string StepOf(Model model, Suggestion suggestion)
    {
        if (suggestion.Layers.IsEmpty) return suggestion.Step;
        ImmutableArray<Layer> all = LayerSelector.All(model);
        string[] names = [.. suggestion.Layers.Select(weight => ShortName(all, weight))];
        return $"{suggestion.Step}{(suggestion.Step.Contains(':', StringComparison.Ordinal) ? ',' : ':')}layers=[{string.Join(',', names)}]";
    }

    // "conv1" for "conv1.weight", where no other kernel answers to it.
    private static string ShortName(ImmutableArray<Layer> all, string weight)
    {
        string name = all.First(l => l.Weight == weight).Name;
        return all.Count(l => l.IsKernel && LayerSelector.Matches(name, l)) == 1 ? name : weight;
    }
}
