namespace Pare.Compression.Zoo.Networks;

/// <summary>Convolutions of 3 x 3 and three fully connected layers; VGG-16 has 138,357,544 parameters.</summary>
/// <remarks>Simonyan and Zisserman, "Very Deep Convolutional Networks", ICLR 2015.</remarks>
/// <param name="depth">Layers with weights: 11, 16 or 19.</param>
internal sealed class Vgg(int depth) : Architecture<WidthSettings>(
    $"vgg-{depth}", $"VGG-{depth} for ImageNet, 224 x 224, 1,000 classes (Simonyan 2015)", new() { Classes = 1000, Dropout = 0.5 })
{
    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        int layer = 0; // numbered as torchvision numbers them: convolution, rectifier and pooling count one each
        foreach (int channels in VggChannels.Of(depth))
            if (channels == 0) net.MaxPool($"features.{layer++}", 2, 2);
            else net.Conv($"features.{layer++}", settings.Scaled(channels), 3, pad: 1).Relu($"features.{layer++}");
        return net.Flatten("flatten")
            .Linear("classifier.0", settings.Scaled(4096)).Relu("classifier.1").Dropout("classifier.2", settings.Dropout)
            .Linear("classifier.3", settings.Scaled(4096)).Relu("classifier.4").Dropout("classifier.5", settings.Dropout)
            .Linear("classifier.6", settings.Classes)
            .Build();
    }
}
