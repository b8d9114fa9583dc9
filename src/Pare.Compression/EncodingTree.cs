using Pare.Encodings;

namespace Pare.Compression;

/// <summary>Questions to a weight's tree.</summary>
internal static class EncodingTree
{
    /// <summary>The first node of a kind from the root down, or null.</summary>
    public static T? Find<T>(WeightEncoding weight) where T : WeightEncoding =>
        weight as T ?? weight.Children.Select(c => Find<T>(c.Encoding)).FirstOrDefault(found => found is not null);

    /// <summary>Numbers that are stored, over all.</summary>
    public static double Density(WeightEncoding weight) =>
        weight.Length > 0 && Find<Sparse>(weight) is { } sparse ? (double)sparse.Positions.Length / weight.Length : 1;

    /// <summary>Numbers of a model's weights that are stored, over all.</summary>
    public static double Density(Model model)
    {
        long all = model.Weights.Values.Sum(w => (long)w.Length);
        return all == 0 ? 1 : model.Weights.Values.Sum(w => Density(w) * w.Length) / all;
    }
}
