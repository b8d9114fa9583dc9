using Pare.Inspection;

namespace Pare.Compression.Advice.Advisers;

/// <summary>A fully connected head, most of the parameters of older networks, that global average pooling could replace.</summary>
/// <remarks>Lin, Chen, Yan, "Network in Network", ICLR 2014, section 3.2.</remarks>
public sealed class HeadAdviser : Adviser
{
    private const string Step = "rewrite.global-pool-head";

    /// <inheritdoc/>
    public override string Name => "head";

    /// <inheritdoc/>
    public override string Summary => "a fully connected head that global average pooling could replace";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        string[] layers = [.. scope.Sites(Step).SelectMany(s => s.Layers)];
        if (layers.Length == 0) yield break;
        int count = layers.Select(scope.LayerOf).Distinct().Count(l => l.Kind == LayerKind.FullyConnected);
        yield return new Suggestion(
            "Replace the fully connected head by global average pooling",
            $"{AdviceScope.Count(count, "fully connected layer")} at the end {(count == 1 ? "has" : "have")} {scope.ParameterShare(layers)} of the parameters and {scope.MacShare(layers)} of the multiplications. The mean of each channel needs no weights of its own, and overfits less.",
            AdviceRisk.Medium, Step);
    }
}
