namespace Pare.Compression.Zoo;

/// <summary>VGG-16 (configuration D) for 224 x 224 pictures: 138,357,544 parameters.</summary>
/// <remarks>Simonyan and Zisserman, "Very Deep Convolutional Networks", ICLR 2015.</remarks>
public sealed class Vgg16 : Architecture
{
    /// <inheritdoc/>
    public override string Name => "vgg-16";

    /// <inheritdoc/>
    public override string Description => "VGG-16 for ImageNet, 224 x 224, 1,000 classes (Simonyan 2015)";

    /// <inheritdoc/>
    public override ArchitectureSettings Defaults => new VggSettings { Classes = 1000, Dropout = 0.5 };

    /// <inheritdoc/>
    protected override Model Make(ArchitectureSettings settings, ulong seed)
    {
        var vgg = (VggSettings)settings;
        var net = new NetworkBuilder(Name, seed, 3, 224, 224);
        int layer = 0; // numbered as torchvision numbers them: convolution, rectifier and pooling count one each
        foreach (int channels in VggSettings.Layers)
            if (channels == 0) net.MaxPool($"features.{layer++}", 2, 2);
            else net.Conv($"features.{layer++}", vgg.Scaled(channels), 3, pad: 1).Relu($"features.{layer++}");
        return net.Flatten("flatten")
            .Linear("classifier.0", vgg.Scaled(4096)).Relu("classifier.1").Dropout("classifier.2", vgg.Dropout)
            .Linear("classifier.3", vgg.Scaled(4096)).Relu("classifier.4").Dropout("classifier.5", vgg.Dropout)
            .Linear("classifier.6", vgg.Classes)
            .Build();
    }
}
