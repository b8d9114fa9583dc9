namespace Pare.Compression.Zoo.Networks;

/// <summary>Six convolutions and one fully connected layer for 32 x 32 pictures: 4,661,898 parameters. The usual subject of binary networks.</summary>
/// <remarks>Courbariaux et al., "BinaryConnect", NeurIPS 2015, with one fully connected layer as in Cai et al., CVPR 2017.</remarks>
internal sealed class VggSmall() : Architecture<WidthSettings>("vgg-small", "six convolutions of 128 to 512 channels for CIFAR", new() { Resolution = 32 })
{
    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        for (int i = 1; i <= 6; i++)
        {
            net.Conv($"conv{i}", settings.Scaled(128 << ((i - 1) / 2)), 3, pad: 1).BatchNorm($"bn{i}").Relu($"relu{i}");
            if (i % 2 == 0) net.MaxPool($"pool{i / 2}", 2, 2);
        }
        return net.Flatten("flatten").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }
}
