namespace Pare.Compression.Zoo.Networks;

/// <summary>The convolutions of a VGG network with batch norm, and one fully connected layer; VGG-16 has 14,728,266 parameters so.</summary>
/// <remarks>Simonyan and Zisserman, ICLR 2015, in the form that the pruning literature trains on CIFAR-10.</remarks>
/// <param name="depth">Layers with weights in the original: 11, 16 or 19.</param>
internal sealed class VggCifar(int depth) : Architecture<WidthSettings>(
    $"vgg-{depth}-cifar", $"VGG-{depth} with batch norm and a 512-10 head for CIFAR", new() { Resolution = 32 })
{
    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        int conv = 0, pool = 0;
        foreach (int channels in VggChannels.Of(depth))
            if (channels == 0) net.MaxPool($"pool{++pool}", 2, 2);
            else net.Conv($"conv{++conv}", settings.Scaled(channels), 3, pad: 1).BatchNorm($"bn{conv}").Relu($"relu{conv}");
        return net.Flatten("flatten").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }
}
