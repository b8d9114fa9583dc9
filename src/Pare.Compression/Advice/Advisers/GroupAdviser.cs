namespace Pare.Compression.Advice.Advisers;

/// <summary>Dense convolutions that could work in groups of channels, shuffled between.</summary>
/// <remarks>Zhang, Zhou, Lin, Sun, "ShuffleNet", CVPR 2018, section 3.1.</remarks>
public sealed class GroupAdviser : Adviser
{
    private static readonly int[] Groups = [4, 2];

    /// <inheritdoc/>
    public override string Name => "groups";

    /// <inheritdoc/>
    public override string Summary => "dense convolutions that could work in shuffled groups";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        HashSet<string> inner = [.. scope.InnerConvolutions.Where(c => c.IsDense).Select(c => c.Weight)];
        return Groups.SelectMany(groups => scope.AllAndFew($"rewrite.group-shuffle:groups={groups}", s => s.Layers.Any(inner.Contains), sites =>
        {
            string[] layers = [.. sites.SelectMany(s => s.Layers)];
            return new Suggestion(
                $"Split convolutions into {groups} groups with channel shuffle",
                $"In {AdviceScope.Count(sites.Length, "dense convolution")} every output reads every channel, at {scope.MacShare(layers)} of the multiplications. {groups} groups need 1/{groups} of that; the shuffle lets the next layer mix them.",
                groups > 2 ? AdviceRisk.High : AdviceRisk.Medium, $"rewrite.group-shuffle:groups={groups}");
        }).Take(1));
    }
}
