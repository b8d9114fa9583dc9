using Pare.Inspection;
using Pare.Operators;

namespace Pare.Compression.Advice.Advisers;

/// <summary>Batch normalizations that could be part of the layer before them.</summary>
public sealed class BatchNormAdviser : Adviser
{
    /// <inheritdoc/>
    public override string Name => "batch-norm";

    /// <inheritdoc/>
    public override string Summary => "batch normalizations that are not folded";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        LayerProfile[] norms = [.. scope.Profile.Layers.Where(l => l.Node.Operator is BatchNormalization)];
        if (norms.Length == 0) yield break;
        long numbers = norms.Sum(l => l.Parameters + l.RunningStatistics);
        yield return new Suggestion(
            "Fold batch normalization into the layers before it",
            $"{AdviceScope.Count(norms.Length, "batch normalization")} {(norms.Length == 1 ? "keeps" : "keep")} {numbers:N0} numbers that can become biases of the layers before. Fold when training is over: a folded network trains worse.",
            AdviceRisk.Low, "fold.batch-norm");
    }
}
