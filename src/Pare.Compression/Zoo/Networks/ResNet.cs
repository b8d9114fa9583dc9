namespace Pare.Compression.Zoo.Networks;

/// <summary>Residual networks for ImageNet; ResNet-50 has 25,557,032 parameters. Where a block halves the picture, its 3 x 3 has the stride.</summary>
/// <remarks>He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, table 1, as torchvision has it.</remarks>
/// <param name="depth">Layers with weights: 18, 34, 50 or 101.</param>
internal sealed class ResNet(int depth) : Architecture<PictureSettings>(
    $"resnet-{depth}", $"residual network of {depth} layers for ImageNet (He 2016)", new() { Classes = 1000 })
{
    /// <inheritdoc/>
    protected override Model Make(PictureSettings settings, WeightStart start)
    {
        int[] blocks = depth switch { 18 => [2, 2, 2, 2], 101 => [3, 4, 23, 3], _ => [3, 4, 6, 3] };
        NetworkBuilder net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
            .Conv("conv1", 64, 7, stride: 2, pad: 3, bias: false).BatchNorm("bn1").Relu("relu").MaxPool("maxpool", 3, 2, pad: 1);
        for (int stage = 0; stage < blocks.Length; stage++)
            for (int block = 0; block < blocks[stage]; block++)
                Block(net, $"layer{stage + 1}.{block}", 64 << stage, stage > 0 && block == 0 ? 2 : 1);
        return net.GlobalAveragePool("avgpool").Linear("fc", settings.Classes).Build();
    }

    private void Block(NetworkBuilder net, string name, int channels, int stride)
    {
        Feature entry = net.Here;
        Feature straight = depth < 50 ? Plain(net, name, channels, stride) : Bottleneck(net, name, channels, stride);
        if (entry.Channels != straight.Channels)
            entry = net.From(entry).Conv($"{name}.downsample.0", straight.Channels, 1, stride, bias: false).BatchNorm($"{name}.downsample.1").Here;
        net.From(straight).Add($"{name}.add", entry).Relu($"{name}.relu");
    }

    private static Feature Plain(NetworkBuilder net, string name, int channels, int stride) => net
        .Conv($"{name}.conv1", channels, 3, stride, pad: 1, bias: false).BatchNorm($"{name}.bn1").Relu($"{name}.relu1")
        .Conv($"{name}.conv2", channels, 3, pad: 1, bias: false).BatchNorm($"{name}.bn2")
        .Here;

    private static Feature Bottleneck(NetworkBuilder net, string name, int channels, int stride) => net
        .Conv($"{name}.conv1", channels, 1, bias: false).BatchNorm($"{name}.bn1").Relu($"{name}.relu1")
        .Conv($"{name}.conv2", channels, 3, stride, pad: 1, bias: false).BatchNorm($"{name}.bn2").Relu($"{name}.relu2")
        .Conv($"{name}.conv3", 4 * channels, 1, bias: false).BatchNorm($"{name}.bn3")
        .Here;
}
