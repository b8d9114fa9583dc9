namespace Pare.Compression.Advice.Advisers;

/// <summary>Places where the resolution halves: late is slow, early loses detail, uneven leaves some resolutions little work.</summary>
/// <remarks>Iandola and others, "SqueezeNet", 2016, strategy 3: downsample late for accuracy; He, Sun, CVPR 2015, for time: early.</remarks>
public sealed class DownsampleAdviser : Adviser
{
    /// <inheritdoc/>
    public override string Name => "downsampling";

    /// <inheritdoc/>
    public override string Summary => "downsampling that comes late, early or unevenly";

    /// <inheritdoc/>
    public override IEnumerable<Suggestion> Look(AdviceScope scope)
    {
        if (scope.Convolutions.Length < 2) yield break;
        long largest = scope.Convolutions.Max(c => c.OutputArea), macs = scope.Convolutions.Sum(c => c.Layer.Macs);
        // Half a side is a quarter of the area.
        Convolution[] high = [.. scope.Convolutions.Where(c => 4 * c.OutputArea > largest)];
        int toEighth = scope.Convolutions.TakeWhile(c => 64 * c.OutputArea > largest).Count();
        string share = AdviceScope.Percent(high.Sum(c => c.Layer.Macs), macs);
        string spread = $"{high.Length} of {AdviceScope.Count(scope.Convolutions.Length, "convolution")} work at more than half of the largest side, with {share} of their multiplications";
        if (scope.Sites(Step("early")).Length > 0)
            yield return new Suggestion(
                "Downsample earlier", $"{spread}. Halving the resolution sooner makes every layer after it four times cheaper; fine detail is lost.", AdviceRisk.High, Step("early"));
        if (scope.Sites(Step("even")).Length > 0)
            yield return new Suggestion(
                "Spread downsampling evenly", $"{spread}. Evenly spaced, each resolution gets as many layers.", AdviceRisk.Medium, Step("even"));
        // Down to an eighth in the first third of the layers.
        if (3 * toEighth <= scope.Convolutions.Length && scope.Sites(Step("late")).Length > 0)
            yield return new Suggestion(
                "Downsample later, for accuracy",
                $"After {AdviceScope.Count(toEighth, "convolution")} of {scope.Convolutions.Length} the sides are an eighth of the largest or less. Later downsampling keeps detail, and costs multiplications: it can pay for a rewrite that saves more.",
                AdviceRisk.Medium, Step("late"))
            { ForAccuracy = true };
    }

    private static string Step(string when) => $"rewrite.downsample:when={when}";
}
