namespace Pare.Compression.Zoo.Networks;

/// <summary>Nine inception blocks with biases and response normalization, without the auxiliary classifiers: 6,998,552 parameters.</summary>
/// <remarks>Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, with Caffe's pooling over the edge.</remarks>
internal sealed class GoogLeNet() : Architecture<DropoutSettings>(
    "googlenet", "GoogLeNet as in the paper, without auxiliary classifiers (Szegedy 2015)", new() { Classes = 1000, Dropout = 0.4 })
{
    /// <inheritdoc/>
    protected override Model Make(DropoutSettings settings, WeightStart start)
    {
        NetworkBuilder net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
            .Conv("conv1", 64, 7, stride: 2, pad: 3).Relu("relu1").MaxPool("pool1", 3, 2, ceil: true).ResponseNorm("norm1")
            .Conv("conv2_reduce", 64, 1).Relu("relu2_reduce")
            .Conv("conv2", 192, 3, pad: 1).Relu("relu2").ResponseNorm("norm2").MaxPool("pool2", 3, 2, ceil: true);
        foreach (GoogLeNetBlock[] stage in GoogLeNetBlock.Stages)
        {
            if (stage != GoogLeNetBlock.Stages[0]) net.MaxPool($"pool{stage[0].Name[0] - '1'}", 3, 2, ceil: true);
            foreach (GoogLeNetBlock block in stage) Inception(net, block);
        }
        return net.GlobalAveragePool("pool5").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }

    private static void Inception(NetworkBuilder net, GoogLeNetBlock block)
    {
        string name = $"inception_{block.Name}";
        Feature entry = net.Here;
        Feature one = Layer(net, $"{name}.1x1", block.One, 1).Here;
        Feature three = Layer(Layer(net.From(entry), $"{name}.3x3_reduce", block.ThreeReduce, 1), $"{name}.3x3", block.Three, 3).Here;
        Feature five = Layer(Layer(net.From(entry), $"{name}.5x5_reduce", block.FiveReduce, 1), $"{name}.5x5", block.Five, 5).Here;
        Feature pool = Layer(net.From(entry).MaxPool($"{name}.pool", 3, 1, pad: 1), $"{name}.pool_proj", block.Pool, 1).Here;
        net.Concat($"{name}.concat", one, three, five, pool);
    }

    private static NetworkBuilder Layer(NetworkBuilder net, string name, int channels, int kernel) =>
        net.Conv(name, channels, kernel, pad: kernel / 2).Relu($"{name}.relu");
}
