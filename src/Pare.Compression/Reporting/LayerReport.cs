using System.Collections.Immutable;
using Pare.Encodings;
using Pare.Formats.Container;

namespace Pare.Compression.Reporting;

/// <summary>What became of a weight.</summary>
/// <param name="Weight">Its name.</param>
/// <param name="Operator">The operator type that reads it.</param>
/// <param name="Shape">Its lengths.</param>
/// <param name="Parameters">How many numbers it has.</param>
/// <param name="Encoding">Its tree: "sparse(codebook(dense))".</param>
public sealed record LayerReport(string Weight, string Operator, ImmutableArray<int> Shape, long Parameters, string Encoding)
{
    /// <summary>Numbers that are stored, over all.</summary>
    public double Density { get; init; } = 1;

    /// <summary>Shared values, or null where weights have their own.</summary>
    public int? Clusters { get; init; }

    /// <summary>Width of a code before entropy coding, or null.</summary>
    public int? CodeBits { get; init; }

    /// <summary>Width of a gap before entropy coding where the recipe fixes it, or null.</summary>
    public int? IndexBits { get; init; }

    /// <summary>Bytes in the file.</summary>
    public long Bytes { get; init; }

    /// <summary>Bits in the file for each parameter.</summary>
    public double BitsPerWeight => Parameters == 0 ? 0 : 8.0 * Bytes / Parameters;

    /// <summary>Share of the whole file.</summary>
    public double Share { get; init; }

    /// <summary>Bytes of each part of the tree.</summary>
    public ImmutableSortedDictionary<string, long> Parts { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>The weights of a model, in the order in which nodes read them.</summary>
    public static ImmutableArray<LayerReport> Of(Model model, PartSizes size)
    {
        ILookup<string, PartSize> parts = size.Parts.ToLookup(p => p.Weight, StringComparer.Ordinal);
        return [.. LayerSelector.All(model).Select(l => Of(l, model.Weights[l.Weight], parts[l.Weight], size.TotalBytes))];
    }

    private static LayerReport Of(Layer layer, WeightEncoding weight, IEnumerable<PartSize> parts, long fileBytes)
    {
        var own = parts.GroupBy(p => p.Path[(p.Weight.Length + 1)..], StringComparer.Ordinal).ToImmutableSortedDictionary(g => g.Key, g => g.Sum(p => p.Bytes), StringComparer.Ordinal);
        long bytes = own.Values.Sum();
        var codebook = EncodingTree.Find<Codebook>(weight);
        return new LayerReport(layer.Weight, layer.Readers[0].Operator.Name, layer.Shape.Fixed, weight.Length, weight.ToString())
        {
            Density = EncodingTree.Density(weight),
            Clusters = codebook?.Table.Length,
            CodeBits = codebook?.Indices.Bits,
            IndexBits = EncodingTree.Find<Sparse>(weight)?.IndexBits,
            Bytes = bytes,
            Share = fileBytes == 0 ? 0 : (double)bytes / fileBytes,
            Parts = own,
        };
    }
}
