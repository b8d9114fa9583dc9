using System.Collections.Immutable;
using Pare.Compression.Rewriting;

namespace Pare.Compression.Advice.Advisers;

/// <summary>Kernels of 5 x 5 and more, which 3 x 3 kernels can stand in for.</summary>
/// <remarks>Simonyan, Zisserman, ICLR 2015, section 2.3: two 3 x 3 layers see as much as one of 5 x 5, with fewer weights.</remarks>
public sealed class LargeKernelAdviser : Adviser
{
    private const int Large = 5;
    private const string Shrink = "rewrite.shrink-kernel:to=3", Stack = "rewrite.shrink-kernel:stack=true";

    /// <inheritdoc/>
    public override string Name => "large-kernels";

    /// <inheritdoc/>
    public override string Summary => "kernels of 5 x 5 and more";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        HashSet<string> large = [.. scope.Convolutions.Where(c => c.Kernel >= Large).Select(c => c.Weight)];
        if (large.Count == 0) return [];
        return scope.AllAndFew(Shrink, Fits, sites => Suggest(scope, sites, Shrink, "Shrink large kernels to 3 x 3", "3 x 3 has 9 weights for the 25 of 5 x 5 and the 49 of 7 x 7."))
            .Concat(scope.AllAndFew(Stack, Fits, sites => Suggest(scope, sites, Stack, "Replace large kernels by stacks of 3 x 3", "A stack of 3 x 3 sees as much of the picture with fewer weights: 18 for the 25 of 5 x 5, 27 for the 49 of 7 x 7.")).Take(1));

        bool Fits(RewriteSite site) => site.Layers.Any(large.Contains);
    }

    private static Suggestion Suggest(AdviceScope scope, ImmutableArray<RewriteSite> sites, string step, string title, string why)
    {
        string[] layers = [.. sites.SelectMany(s => s.Layers)];
        return new Suggestion(
            title,
            $"{AdviceScope.Count(sites.Length, "convolution")} with kernels of 5 x 5 or more {(sites.Length == 1 ? "has" : "have")} {scope.MacShare(layers)} of the multiplications and {scope.ParameterShare(layers)} of the parameters. {why}",
            AdviceRisk.Medium, step);
    }
}
