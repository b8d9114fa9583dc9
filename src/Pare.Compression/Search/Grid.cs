using System.Collections.Immutable;
using Pare.Compression.Rewriting;
using Pare.Compression.Training;

namespace Pare.Compression.Search;

/// <summary>The trials of a grid over one setting: the model as it is, and a recipe for each value.</summary>
/// <param name="Original">The model as it is: a recipe without steps. What every point is compared with.</param>
/// <param name="Points">A trial for each value.</param>
public sealed record Grid(Trial Original, ImmutableArray<GridPoint> Points)
{
    /// <summary>The name of <see cref="Original"/>.</summary>
    public const string OriginalName = "original";

    /// <summary>All trials, the original's first.</summary>
    public ImmutableArray<Trial> Trials => [Original, .. Points.Select(p => p.Trial)];

    /// <summary>Makes the trials, and finds every fault that can be known before one of them runs.</summary>
    /// <param name="draft">The recipe.</param>
    /// <param name="sweep">The setting and its values.</param>
    /// <param name="edits">Other values put into the draft.</param>
    /// <param name="seed">Decides everything random; null for the recipe's own.</param>
    /// <param name="model">The model.</param>
    /// <param name="context">Data and retraining.</param>
    /// <param name="cancel">Stops.</param>
    /// <remarks>
    /// A value at which the swept rewrite finds nothing to change, such as a width of 1, means the recipe without that step and its
    /// retraining: the original network where there is no other step.
    /// </remarks>
    /// <exception cref="RecipeException">Settings are wrong or contradict each other, layers or data are not there, or the rewrite changes nothing at any value.</exception>
    public static Grid Of(
        RecipeDraft draft, Sweep sweep, IReadOnlyCollection<SettingEdit> edits, ulong? seed, Model model, CompressionContext context, CancellationToken cancel = default)
    {
        ImmutableArray<Recipe> recipes = [.. sweep.Values.Select(v => draft.Read([.. edits, sweep.Edit(v)]) with { Name = sweep.NameOf(v) })];
        foreach (Recipe recipe in recipes) Compressor.Check(model, recipe, context);
        int step = sweep.Target.Step;
        ImmutableArray<bool> idle = [.. recipes.Select(r => IsIdle(model, r, step, cancel))];
        if (idle.All(i => i))
            throw new RecipeException($"{sweep.Target.Method.Name} fits nowhere in this model, at none of the values {string.Join(", ", sweep.Values.Select(sweep.Text))}.");

        ulong chosen = seed ?? recipes[0].Seed;
        ContentHash modelHash = ContentHash.Of(model, cancel), data = ContentHash.Of(context.Training, context.Validation!);
        Trial original = Make(recipes[0] with { Steps = [], Train = new TrainingSettings(), Name = OriginalName });
        return new Grid(original, [.. sweep.Values.Select((value, i) => new GridPoint(value,
            !idle[i] ? Make(recipes[i])
            : recipes[i].Steps.Length == 1 ? original
            : Make(recipes[i] with { Steps = recipes[i].Steps.RemoveAt(step) })))]);

        Trial Make(Recipe recipe) => new(modelHash, data, recipe, chosen);
    }

    // Rewrites before the step are outlined: where layers stand decides, not what their weights are.
    private static bool IsIdle(Model model, Recipe recipe, int step, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (recipe.Steps[step].Method is not GraphRewrite rewrite) return false;
        foreach (RecipeStep before in recipe.Steps.Take(step))
            if (before.Method is GraphRewrite earlier) model = earlier.Outline(model, before.ChooseLayers(model), before.Settings);
        return rewrite.Sites(model, recipe.Steps[step].Settings).IsEmpty;
    }
}
