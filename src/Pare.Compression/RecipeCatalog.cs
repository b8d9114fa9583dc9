namespace Pare.Compression;

/// <summary>The recipes that come with Pare.</summary>
public static class RecipeCatalog
{
    /// <summary>All recipes.</summary>
    public static Catalog<BuiltInRecipe> Default { get; } = new("recipe",
    [
        new BuiltInRecipe("deep-compression", "prune, retrain, cluster, retrain the centroids, Huffman (Han, Mao, Dally 2016)", """
            # Han, Mao, Dally, "Deep Compression", ICLR 2016: convolutions keep more weights and get 8-bit codes, products 5-bit ones.
            name: deep compression
            steps:
              - method: prune.magnitude
                density: {"@Conv": 0.35, default: 0.1}
                schedule: gradual
                rounds: 4
                between: {epochs: 1, learning-rate: 0.02}
                retrain: {epochs: 4, learning-rate: 0.02}
              - method: cluster.kmeans
                bits: {"@Conv": 8, default: 5}
                retrain: {epochs: 2, learning-rate: 0.002}
            container: {entropy: huffman}
            """),
        new BuiltInRecipe("deep-compression-without-data", "prune to 10 %, 32 clusters, Huffman; no retraining, so expect a loss", """
            name: deep compression without data
            steps:
              - {method: prune.magnitude, sparsity: 90%}
              - {method: cluster.kmeans, bits: 5}
            container: {entropy: huffman}
            """),
    ]);
}
