namespace Pare.Compression.Zoo.Networks;

/// <summary>The keyword network of MLPerf Tiny on 49 x 10 cepstra: 22,604 parameters once batch norms are folded.</summary>
/// <remarks>Zhang, Suda, Lai, Chandra, "Hello Edge", 2017; Banbury et al., "MLPerf Tiny Benchmark", 2021; padded as its Keras model is.</remarks>
internal sealed class DsCnn() : Architecture<DsCnnSettings>(
    "ds-cnn", "depthwise separable network of MLPerf Tiny for keywords, 49 x 10 cepstra", new() { Classes = 12, Dropout = 0.4 })
{
    /// <inheritdoc/>
    protected override Model Make(DsCnnSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 1, 49, 10);
        // Half as much is dropped after the first layer as before the last.
        net.Conv("conv1", 64, NetworkBuilder.Same(10, 4, 2)).BatchNorm("bn1").Relu("relu1").Dropout("dropout1", settings.Dropout / 2);
        for (int i = 2; i <= 5; i++)
            net.Depthwise($"dw{i}", 3, pad: 1).BatchNorm($"dw{i}.bn").Relu($"dw{i}.relu")
                .Conv($"pw{i}", 64, 1).BatchNorm($"pw{i}.bn").Relu($"pw{i}.relu");
        return net.Dropout("dropout2", settings.Dropout).GlobalAveragePool("pool").Linear("fc", settings.Classes).Build();
    }
}
