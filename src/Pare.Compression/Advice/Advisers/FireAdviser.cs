namespace Pare.Compression.Advice.Advisers;

/// <summary>Dense 3 x 3 convolutions whose inputs could be squeezed to few channels first.</summary>
/// <remarks>Iandola and others, "SqueezeNet", 2016, strategy 2.</remarks>
public sealed class FireAdviser : Adviser
{
    private const string Step = "rewrite.fire";

    /// <inheritdoc/>
    public override string Name => "fire";

    /// <inheritdoc/>
    public override string Summary => "dense 3 x 3 convolutions that could be squeezed first";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        HashSet<string> inner = [.. scope.InnerConvolutions.Where(c => c.Kernel == 3 && c.IsDense).Select(c => c.Weight)];
        return scope.AllAndFew(Step, s => s.Layers.Any(inner.Contains), sites =>
        {
            string[] layers = [.. sites.SelectMany(s => s.Layers)];
            return new Suggestion(
                "Squeeze before 3 x 3 convolutions (fire modules)",
                $"{AdviceScope.Count(sites.Length, "dense 3 x 3 convolution")} {(sites.Length == 1 ? "has" : "have")} {scope.ParameterShare(layers)} of the parameters and {scope.MacShare(layers)} of the multiplications. A 1 x 1 layer of few channels before them, and 1 x 1 beside 3 x 3 after it, need a fraction.",
                AdviceRisk.Medium, Step);
        });
    }
}
