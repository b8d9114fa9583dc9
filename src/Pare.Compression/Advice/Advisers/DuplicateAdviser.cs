using Pare.Passes;

namespace Pare.Compression.Advice.Advisers;

/// <summary>Weights that are equal bit by bit, and nodes that compute the same.</summary>
public sealed class DuplicateAdviser : Adviser
{
    /// <inheritdoc/>
    public override string Name => "duplicates";

    /// <inheritdoc/>
    public override string Summary => "equal weights, and nodes that compute the same";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        Model merged = MergeDuplicates.Apply(scope.Model);
        int weights = scope.Model.Weights.Count - merged.Weights.Count, nodes = scope.Model.Nodes.Length - merged.Nodes.Length;
        if (weights + nodes == 0) yield break; // small constants are not worth a line
        string[] found = [.. weights > 0 ? [$"{AdviceScope.Count(weights, "weight")} equal to another, bit by bit"] : (string[])[], .. nodes > 0 ? [$"{AdviceScope.Count(nodes, "node")} computing what another computes"] : (string[])[]];
        yield return new Suggestion("Merge duplicates", $"There {(weights + nodes == 1 ? "is" : "are")} {string.Join(" and ", found)}.", AdviceRisk.Low, "fold.duplicates");
    }
}
