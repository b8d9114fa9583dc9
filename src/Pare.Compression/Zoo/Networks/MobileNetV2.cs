namespace Pare.Compression.Zoo.Networks;

/// <summary>Inverted residuals with linear bottlenecks: 3,504,872 parameters at width 1.</summary>
/// <remarks>Sandler, Howard, Zhu, Zhmoginov, Chen, "MobileNetV2", CVPR 2018, table 2; padded as in torchvision.</remarks>
internal sealed class MobileNetV2() : Architecture<WidthSettings>(
    "mobilenet-v2", "MobileNetV2: inverted residuals, any width and resolution (Sandler 2018)", new() { Classes = 1000, Dropout = 0.2 })
{
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        Unit(net, "features.0", settings.InEights(32), 3, stride: 2);
        int layer = 0;
        foreach ((int expansion, int channels, int blocks, int stride) in Stages)
            for (int block = 0; block < blocks; block++)
                Residual(net, $"features.{++layer}", expansion, settings.InEights(channels), block == 0 ? stride : 1);
        // The last layer does not get narrower than the paper's.
        Unit(net, $"features.{++layer}", Math.Max(1280, settings.InEights(1280)), 1);
        return net.GlobalAveragePool("pool").Dropout("dropout", settings.Dropout).Linear("classifier", settings.Classes).Build();
    }

    private static void Residual(NetworkBuilder net, string name, int expansion, int channels, int stride)
    {
        Feature entry = net.Here;
        if (expansion > 1) Unit(net, $"{name}.expand", expansion * entry.Channels, 1);
        Unit(net, $"{name}.depthwise", net.Here.Channels, 3, stride, net.Here.Channels).LinearUnit($"{name}.project", channels, 1);
        if (stride == 1 && entry.Channels == channels) net.Add($"{name}.add", entry);
    }

    private static NetworkBuilder Unit(NetworkBuilder net, string name, int channels, int kernel, int stride = 1, int groups = 1) =>
        net.LinearUnit(name, channels, kernel, stride, kernel / 2, groups).Relu6($"{name}.relu6");
}
