namespace Pare.Compression.Advice.Advisers;

/// <summary>3 x 3 kernels that could be 1 x 1.</summary>
/// <remarks>Iandola and others, "SqueezeNet", 2016, strategy 1.</remarks>
public sealed class PointwiseAdviser : Adviser
{
    private const string Step = "rewrite.shrink-kernel:to=1";

    /// <inheritdoc/>
    public override string Name => "pointwise";

    /// <inheritdoc/>
    public override string Summary => "3 x 3 kernels that could be 1 x 1";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        HashSet<string> inner = [.. scope.InnerConvolutions.Where(c => c.Kernel == 3 && c.IsDense).Select(c => c.Weight)];
        // Every second one at most: a network of 1 x 1 alone sees no more than a point.
        HashSet<string> second = [.. inner.Where((_, i) => i % 2 == 1)];
        return scope.AllAndFew(Step, s => s.Layers.Any(second.Contains), sites =>
        {
            string[] layers = [.. sites.SelectMany(s => s.Layers)];
            return new Suggestion(
                "Make some 3 x 3 kernels 1 x 1",
                $"{sites.Length} of the {inner.Count} 3 x 3 convolutions, every second one at most, {(sites.Length == 1 ? "has" : "have")} {scope.MacShare(layers)} of the multiplications; 1 x 1 needs a ninth. The others still see the neighbourhood.",
                AdviceRisk.High, Step);
        });
    }
}
