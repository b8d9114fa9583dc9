using System.Collections.Immutable;

namespace Pare.Compression.Advice;

/// <summary>Suggests what the user has in mind, so that it can be weighed before it is done.</summary>
/// <param name="steps">Methods with settings as <c>--method</c> takes them: "rewrite.fire:squeeze=0.5,layers=[conv*]".</param>
/// <param name="methods">The methods there are; null for Pare's own.</param>
public sealed class MethodAdviser(ImmutableArray<string> steps, Catalog<CompressionMethod>? methods = null) : Adviser
{
    private readonly Recipe _recipe = Recipe.FromArguments(steps, methods);

    /// <inheritdoc/>
    public override string Name => "asked";

    /// <inheritdoc/>
    public override string Summary => "the methods that were asked for";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope) => _recipe.Steps.Zip(steps).Select(pair =>
    {
        (RecipeStep step, string text) = pair;
        string summary = step.Method.Summary;
        AdviceRisk risk = step.Method.Name.StartsWith("fold.", StringComparison.Ordinal) ? AdviceRisk.Low : AdviceRisk.Medium;
        return new Suggestion(char.ToUpperInvariant(summary[0]) + summary[1..], $"Asked for: {text}.", risk, text) { IsAsked = true };
    });
}
