namespace Pare.Compression.Advice.Advisers;

/// <summary>Fewer channels in every layer.</summary>
/// <remarks>Howard and others, "MobileNets", 2017, section 3.3: multiplications and parameters fall with about the square of the width.</remarks>
public sealed class WidthAdviser : Adviser
{
    private static readonly (string Setting, string Share)[] Widths = [("0.75", "75 %"), ("0.5", "50 %")];

    /// <inheritdoc/>
    public override string Name => "width";

    /// <inheritdoc/>
    public override string Summary => "more channels than may be needed";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        foreach ((string width, string share) in Widths)
        {
            string step = $"rewrite.width:width={width}";
            string[] layers = [.. scope.Sites(step).SelectMany(s => s.Layers)];
            if (layers.Length == 0) continue;
            yield return new Suggestion(
                $"Keep {share} of the channels",
                $"{AdviceScope.Count(layers.Length, "layer")} could be narrower; what a layer costs falls with the square of the width. A sweep over widths shows where accuracy begins to suffer.",
                AdviceRisk.Medium, step);
        }
    }
}
