using Pare.Compression;
using Pare.Compression.Settings;

namespace Pare.Samples;

/// <summary>The settings of <see cref="TernaryMethod"/>: what a recipe, the command line and the help know of them.</summary>
public sealed record TernarySettings : MethodSettings
{
    /// <summary>Weights below this multiple of the mean magnitude become 0.</summary>
    [Setting(Min = 0, Max = 3, Help = "weights below this multiple of the mean magnitude become 0")]
    public double Threshold { get; init; } = 0.7;
}

/// <summary>Makes weights ternary: 0 below a threshold, else plus or minus the mean magnitude of the others (Li, Zhang, Liu, 2016).</summary>
public sealed class TernaryMethod : WeightMethod<TernarySettings>
{
    public override string Name => "sample.ternary";

    public override string Summary => "weights of -a, 0 and +a";

    protected override WeightEncoding Encode(Dense leaf, LeafScope where, TernarySettings settings, CompressionContext context, CancellationToken cancel)
    {
        double magnitude = 0;
        foreach (float w in leaf.Values) magnitude += Math.Abs(w);
        double threshold = settings.Threshold * magnitude / leaf.Length, kept = 0;
        var signs = new sbyte[leaf.Length];
        int count = 0;
        for (int i = 0; i < signs.Length; i++)
        {
            if (Math.Abs(leaf.Values[i]) <= threshold) continue;
            signs[i] = (sbyte)Math.Sign(leaf.Values[i]);
            kept += Math.Abs(leaf.Values[i]);
            count++;
        }

        return new Ternary(leaf.Shape, signs, new Dense(Shape.Of(1), new[] { count == 0 ? 0f : (float)(kept / count) }));
    }
}
