namespace Pare.Cli.Commands;

/// <summary>The recipe of <c>pare demo</c>, which it leaves beside the results.</summary>
internal static class DemoRecipe
{
    /// <summary>Deep Compression of LeNet-5 in about half a minute.</summary>
    public const string Text =
        """
        # Deep Compression (Han, Mao, Dally, 2016) for LeNet-5, short enough for a demonstration.
        name: demo
        seed: 1
        data: digits
        train: {batch-size: 64, shift: 1}
        steps:
          - method: prune.magnitude
            density: {conv1: 0.66, conv2: 0.12, fc1: 0.08, fc2: 0.19}
            schedule: gradual
            rounds: 3
            between: {epochs: 1, learning-rate: 0.02}
            retrain: {epochs: 6, learning-rate: 0.02}
          - method: cluster.kmeans
            bits: {conv*: 8, default: 5}
            retrain: {epochs: 2, learning-rate: 0.0005}
        container: {entropy: huffman}

        """;
}
