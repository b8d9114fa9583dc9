namespace Pare.Compression.Zoo.Networks;

/// <summary>Inception with batch norm, pairs of 3 x 3 for 5 x 5, and a separable first layer.</summary>
/// <remarks>
/// Ioffe and Szegedy, "Batch Normalization", ICML 2015, figure 5, whose name "Inception-v2" TensorFlow-slim and MorphNet use. Where the
/// figure's branches of blocks 4c and 4d do not add up to its 576 channels, the projections after their pooling have slim's 96.
/// </remarks>
internal sealed class InceptionV2() : Architecture<DropoutSettings>(
    "inception-v2", "Inception with batch norm and a separable first layer (Ioffe 2015)", new() { Classes = 1000, Dropout = 0.2 })
{
    private const float Epsilon = 1e-3f;

    /// <inheritdoc/>
    protected override Model Make(DropoutSettings settings, WeightStart start)
    {
        NetworkBuilder net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
            .Conv("conv1.depthwise", 24, NetworkBuilder.Same(7, 7, 2), groups: 3, bias: false).ConvUnit("conv1.pointwise", 64, 1, epsilon: Epsilon)
            .MaxPool("pool1", 3, 2, pad: 1)
            .ConvUnit("conv2.reduce", 64, 1, epsilon: Epsilon).ConvUnit("conv2", 192, 3, pad: 1, epsilon: Epsilon)
            .MaxPool("pool2", 3, 2, pad: 1);
        Block(net, "3a", 64, 64, 64, 64, 96, 32);
        Block(net, "3b", 64, 64, 96, 64, 96, 64);
        Reduction(net, "3c", 128, 160, 64, 96);
        Block(net, "4a", 224, 64, 96, 96, 128, 128);
        Block(net, "4b", 192, 96, 128, 96, 128, 128);
        Block(net, "4c", 160, 128, 160, 128, 160, 96);
        Block(net, "4d", 96, 128, 192, 160, 192, 96);
        Reduction(net, "4e", 128, 192, 192, 256);
        Block(net, "5a", 352, 192, 320, 160, 224, 128);
        Block(net, "5b", 352, 192, 320, 192, 224, 128, maximum: true);
        return net.GlobalAveragePool("avgpool").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }

    private static void Block(NetworkBuilder net, string block, int one, int threeReduce, int three, int doubleReduce, int twice, int pool, bool maximum = false)
    {
        string name = $"inception_{block}";
        Feature entry = net.Here;
        Feature first = net.ConvUnit($"{name}.1x1", one, 1, epsilon: Epsilon).Here;
        Feature second = Three(net.From(entry), $"{name}.3x3", threeReduce, three, 1).Here;
        Feature third = Double(net.From(entry), $"{name}.double", doubleReduce, twice, 1).Here;
        net.From(entry);
        Feature fourth = (maximum ? net.MaxPool($"{name}.pool", 3, 1, pad: 1) : net.AveragePool($"{name}.pool", 3, 1, pad: 1))
            .ConvUnit($"{name}.pool_proj", pool, 1, epsilon: Epsilon).Here;
        net.Concat($"{name}.concat", first, second, third, fourth);
    }

    private static void Reduction(NetworkBuilder net, string block, int threeReduce, int three, int doubleReduce, int twice)
    {
        string name = $"inception_{block}";
        Feature entry = net.Here;
        Feature first = Three(net, $"{name}.3x3", threeReduce, three, 2).Here;
        Feature second = Double(net.From(entry), $"{name}.double", doubleReduce, twice, 2).Here;
        net.Concat($"{name}.concat", first, second, net.From(entry).MaxPool($"{name}.pool", 3, 2, pad: 1).Here);
    }

    private static NetworkBuilder Three(NetworkBuilder net, string name, int reduce, int channels, int stride) =>
        net.ConvUnit($"{name}_reduce", reduce, 1, epsilon: Epsilon).ConvUnit(name, channels, 3, stride, pad: 1, epsilon: Epsilon);

    private static NetworkBuilder Double(NetworkBuilder net, string name, int reduce, int channels, int stride) => net
        .ConvUnit($"{name}_reduce", reduce, 1, epsilon: Epsilon)
        .ConvUnit($"{name}_1", channels, 3, pad: 1, epsilon: Epsilon)
        .ConvUnit($"{name}_2", channels, 3, stride, pad: 1, epsilon: Epsilon);
}
