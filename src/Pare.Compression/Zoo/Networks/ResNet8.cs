namespace Pare.Compression.Zoo.Networks;

/// <summary>The image network of MLPerf Tiny: three residual blocks of 16, 32 and 64 channels; 77,706 parameters once batch norms are folded.</summary>
/// <remarks>Banbury et al., "MLPerf Tiny Benchmark", NeurIPS Datasets and Benchmarks 2021; padded as its Keras model is.</remarks>
internal sealed class ResNet8() : Architecture<PictureSettings>("resnet-8", "residual network of MLPerf Tiny for CIFAR", new() { Resolution = 32 })
{
    /// <inheritdoc/>
    protected override Model Make(PictureSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        net.Conv("conv1", 16, 3, pad: 1).BatchNorm("bn1").Relu("relu1");
        for (int stage = 0; stage < 3; stage++) Block(net, $"layer{stage + 1}", 16 << stage, stage == 0 ? 1 : 2);
        return net.GlobalAveragePool("pool").Linear("linear", settings.Classes).Build();
    }

    private static void Block(NetworkBuilder net, string name, int channels, int stride)
    {
        Feature entry = net.Here;
        Feature straight = net
            .Conv($"{name}.conv1", channels, NetworkBuilder.Same(3, 3, stride)).BatchNorm($"{name}.bn1").Relu($"{name}.relu1")
            .Conv($"{name}.conv2", channels, 3, pad: 1).BatchNorm($"{name}.bn2")
            .Here;
        if (stride > 1) entry = net.From(entry).Conv($"{name}.shortcut", channels, 1, stride).Here;
        net.From(straight).Add($"{name}.add", entry).Relu($"{name}.relu2");
    }
}
