namespace Pare.Compression.Zoo.Networks;

/// <summary>Residual networks for 32 x 32 pictures, 16-32-64 channels, shortcuts without weights (option A).</summary>
/// <remarks>He, Zhang, Ren, Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, section 4.2.</remarks>
/// <param name="depth">Layers with weights: 6 n + 2.</param>
internal sealed class ResNetCifar(int depth) : Architecture<PictureSettings>(
    $"resnet-{depth}", $"residual network of {depth} layers for CIFAR, option A shortcuts (He 2016)", new() { Resolution = 32 })
{
    /// <inheritdoc/>
    protected override Model Make(PictureSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        net.Conv("conv1", 16, 3, pad: 1, bias: false).BatchNorm("bn1").Relu("relu1");
        for (int stage = 0; stage < 3; stage++)
            for (int block = 0; block < (depth - 2) / 6; block++)
                Block(net, $"layer{stage + 1}.{block}", 16 << stage, stage > 0 && block == 0 ? 2 : 1);
        return net.GlobalAveragePool("pool").Linear("linear", settings.Classes).Build();
    }

    private static void Block(NetworkBuilder net, string name, int channels, int stride)
    {
        Feature entry = net.Here;
        Feature straight = net
            .Conv($"{name}.conv1", channels, 3, stride, pad: 1, bias: false).BatchNorm($"{name}.bn1").Relu($"{name}.relu1")
            .Conv($"{name}.conv2", channels, 3, pad: 1, bias: false).BatchNorm($"{name}.bn2")
            .Here;
        if (entry.Channels != channels) entry = net.From(entry).SubsampleAndPad($"{name}.shortcut", stride, channels).Here;
        net.From(straight).Add($"{name}.add", entry).Relu($"{name}.relu2");
    }
}
