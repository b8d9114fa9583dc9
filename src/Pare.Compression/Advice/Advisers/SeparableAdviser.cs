namespace Pare.Compression.Advice.Advisers;

/// <summary>Dense convolutions that could be a depthwise one and a 1 x 1.</summary>
/// <remarks>Howard and others, "MobileNets", 2017, section 3.1: k x k kernels of n channels need 1/n + 1/k^2 of the multiplications.</remarks>
public sealed class SeparableAdviser : Adviser
{
    private const string Step = "rewrite.separable";

    /// <inheritdoc/>
    public override string Name => "separable";

    /// <inheritdoc/>
    public override string Summary => "dense convolutions that could be depthwise-separable";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        HashSet<string> inner = [.. scope.InnerConvolutions.Where(c => c.Kernel >= 3 && c.IsDense).Select(c => c.Weight)];
        return scope.AllAndFew(Step, s => s.Layers.Any(inner.Contains), sites =>
        {
            string[] layers = [.. sites.SelectMany(s => s.Layers)];
            return new Suggestion(
                "Make dense convolutions depthwise-separable",
                $"{AdviceScope.Count(sites.Length, "dense convolution")} of 3 x 3 and more {(sites.Length == 1 ? "mixes" : "mix")} space and channels at once, at {scope.MacShare(layers)} of the multiplications. A depthwise kernel and a 1 x 1 convolution do one after the other.",
                AdviceRisk.Medium, Step);
        });
    }
}
