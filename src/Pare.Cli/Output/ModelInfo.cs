using System.Collections.Immutable;
using Pare.Encodings;
using Pare.Inspection;

namespace Pare.Cli.Output;

/// <summary>All that <c>info</c> knows of a model.</summary>
/// <param name="Model">The model.</param>
/// <param name="Path">Its file.</param>
/// <param name="Stored">Where the file's bytes are.</param>
/// <param name="Profile">What the layers cost.</param>
/// <param name="Statistics">What the weights are like, or null.</param>
/// <param name="Counting">The rule of counting.</param>
/// <param name="Threads">Threads of the plan that was laid out.</param>
internal sealed record ModelInfo(Model Model, string Path, StoredBytes Stored, Profile Profile, ModelStatistics? Statistics, Counting Counting, int Threads)
{
    /// <summary>Parameters by the rule.</summary>
    public long Parameters => Counting.ParametersOf(Profile);

    /// <summary>4 bytes for each trained number, over the bytes of the file.</summary>
    public double Ratio => 4.0 * Profile.Parameters / Stored.Total;

    /// <summary>True for layers that a list shows by default.</summary>
    public bool IsListed(LayerProfile layer) => layer.Parameters > 0 || layer.Macs > 0 || Counting.Of(layer) > 0 || !layer.IsKnown;

    /// <summary>The tree of kinds of a layer's largest weight; biases are mostly dense and would only blur it.</summary>
    public string Encoding(ImmutableArray<string> weights) =>
        weights.IsEmpty ? "" : Short(weights.MaxBy(w => Model.Weights[w].Length)!);

    /// <summary>The tree of kinds of a weight, without its leaves, with the widths of integers.</summary>
    public string Short(string weight) => Short(Model.Weights[weight]);

    /// <summary>Bits of the file for each number of a weight, scales and tables included.</summary>
    public double Bits(string weight) => 8.0 * Stored.Of(weight) / Math.Max(1, Model.Weights[weight].Length);

    private static string Short(WeightEncoding weight) => weight switch
    {
        Integer integer => $"{(integer.IsSigned ? "int" : "uint")}{integer.Codes.Bits}",
        Scaled scaled => $"scaled{(scaled.Block > 0 ? $" in blocks of {scaled.Block}" : scaled.Axis == Scaled.WholeWeight ? "" : " per channel")}{Inside([scaled.Inner])}",
        _ => $"{weight.Kind}{Inside(weight.Children.Select(c => c.Encoding))}",
    };

    private static string Inside(IEnumerable<WeightEncoding> children)
    {
        string inner = string.Join(", ", children.Where(c => c is not Dense).Select(Short));
        return inner.Length == 0 ? "" : $"({inner})";
    }

    /// <summary>The share of zeros in some weights; null where there are none or nobody looked.</summary>
    public double? Sparsity(IReadOnlyCollection<string> weights)
    {
        if (Statistics is null || weights.Count == 0) return null;
        return (double)weights.Sum(w => Statistics.Weights[w].Zeros) / Math.Max(1, weights.Sum(w => Statistics.Weights[w].Count));
    }
}
