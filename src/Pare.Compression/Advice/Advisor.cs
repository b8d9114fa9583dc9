using System.Collections.Immutable;
using Pare.Compression.Rewriting;

namespace Pare.Compression.Advice;

/// <summary>Asks every adviser, outlines what each suggests, and measures both networks: no saving is estimated.</summary>
/// <param name="advisers">Whom to ask; null for all that Pare has.</param>
/// <param name="methods">The methods there are; null for Pare's own. Suggestions of other methods are left out.</param>
public sealed class Advisor(Catalog<Adviser>? advisers = null, Catalog<CompressionMethod>? methods = null)
{
    private readonly Catalog<Adviser> _advisers = advisers ?? AdviserCatalog.Default;
    private readonly Catalog<CompressionMethod> _methods = methods ?? MethodCatalog.Default;

    /// <summary>Looks at a network.</summary>
    /// <param name="model">The network.</param>
    /// <param name="progress">Hears from 0 to 1 how far it is; null for nobody.</param>
    /// <param name="cancel">Stops.</param>
    public AdviceReport Run(Model model, IProgress<double>? progress, CancellationToken cancel)
    {
        var scope = new AdviceScope(model, _methods);
        var before = ModelCost.Of(model);
        ImmutableArray<Recommendation>.Builder found = ImmutableArray.CreateBuilder<Recommendation>();
        ImmutableArray<(string, string)>.Builder refused = ImmutableArray.CreateBuilder<(string, string)>();
        (Adviser Adviser, Suggestion Suggestion)[] suggestions =
            [.. _advisers.SelectMany(a => a.Look(scope).Where(s => scope.Has(s.Step)).Select(s => (a, s)))];
        for (int i = 0; i < suggestions.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report((double)i / suggestions.Length);
            (Adviser adviser, Suggestion suggestion) = suggestions[i];
            string step = StepOf(suggestion);
            try
            {
                Model after = Outline(model, step, cancel);
                ImmutableArray<string> layers = [.. LayerSelector.All(model).Where(l => l.IsKernel && IsReplaced(l.Weight, model, after)).Select(l => l.Weight)];
                if (ReferenceEquals(after, model)) continue;
                found.Add(new Recommendation(adviser.Name, suggestion.Title, suggestion.Why, suggestion.Risk, layers, step, before, ModelCost.Of(after))
                {
                    ForAccuracy = suggestion.ForAccuracy,
                });
            }
            catch (Exception e) when (e is RecipeException or ModelException or UnsupportedException)
            {
                refused.Add((step, e.Message));
            }
        }
        progress?.Report(1);
        return new AdviceReport(before, found.ToImmutable(), refused.ToImmutable());
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

    private static string StepOf(Suggestion suggestion) => suggestion.Layers.IsEmpty
        ? suggestion.Step
        : $"{suggestion.Step}{(suggestion.Step.Contains(':', StringComparison.Ordinal) ? ',' : ':')}layers=[{string.Join(',', suggestion.Layers)}]";
}
