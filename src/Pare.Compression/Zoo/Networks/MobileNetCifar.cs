namespace Pare.Compression.Zoo.Networks;

/// <summary>
/// Depthwise separable convolutions for 32 x 32 pictures: 273,642 parameters and 11,963,008 MACs at width 1; 2,292,586 and 94,964,864
/// where each separable block is one full convolution.
/// </summary>
/// <remarks>
/// The blocks of Howard et al., "MobileNets", 2017, with shortcuts where the shape stays as in MobileNetV2; layers of our own. The picture is halved three times, at once after the stem, and the channels
/// that this pays for are wide: an output channel count c makes a block 9 c / (9 + c) times cheaper than its 3 x 3, 7.9 times at the narrowest.
/// </remarks>
internal sealed class MobileNetCifar() : Architecture<MobileNetCifarSettings>(
    "mobilenet-cifar", "MobileNet for 32 x 32 pictures, or its plain counterpart (blocks of Howard 2017)", new() { Resolution = 32 })
{
    private static readonly (int Channels, int Stride)[] Layers = [(64, 2), (96, 1), (160, 2), (160, 1), (160, 1), (160, 1), (320, 2), (320, 1)];

    /// <inheritdoc/>
    protected override Model Make(MobileNetCifarSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        net.ConvUnit("conv1", settings.InEights(32), 3, pad: 1);
        for (int i = 0; i < Layers.Length; i++)
            Block(net, $"layer{i + 1}", settings.InEights(Layers[i].Channels), Layers[i].Stride, settings.Plain);
        return net.GlobalAveragePool("pool").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }

    // A block that keeps the shape adds what came in.
    private static void Block(NetworkBuilder net, string name, int channels, int stride, bool plain)
    {
        Feature entry = net.Here;
        if (plain) net.LinearUnit(name, channels, 3, stride, pad: 1);
        else net.ConvUnit($"{name}.dw", entry.Channels, 3, stride, pad: 1, groups: entry.Channels).LinearUnit($"{name}.pw", channels, 1);
        if (stride == 1 && channels == entry.Channels) net.Add($"{name}.add", entry);
        net.Relu($"{name}.relu");
    }
}
