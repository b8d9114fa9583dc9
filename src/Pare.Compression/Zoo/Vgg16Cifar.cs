namespace Pare.Compression.Zoo;

/// <summary>VGG-16 for 32 x 32 pictures, with batch norm and one fully connected layer: 14,728,266 parameters.</summary>
/// <remarks>Simonyan and Zisserman, ICLR 2015, in the form that the pruning literature trains on CIFAR-10.</remarks>
public sealed class Vgg16Cifar : Architecture
{
    /// <inheritdoc/>
    public override string Name => "vgg-16-cifar";

    /// <inheritdoc/>
    public override string Description => "VGG-16 with batch norm and a 512-10 head for CIFAR";

    /// <inheritdoc/>
    public override ArchitectureSettings Defaults => new VggSettings();

    /// <inheritdoc/>
    protected override Model Make(ArchitectureSettings settings, ulong seed)
    {
        var vgg = (VggSettings)settings;
        var net = new NetworkBuilder(Name, seed, 3, 32, 32);
        int conv = 0, pool = 0;
        foreach (int channels in VggSettings.Layers)
            if (channels == 0) net.MaxPool($"pool{++pool}", 2, 2);
            else net.Conv($"conv{++conv}", vgg.Scaled(channels), 3, pad: 1).BatchNorm($"bn{conv}").Relu($"relu{conv}");
        return net.Flatten("flatten").Dropout("dropout", vgg.Dropout).Linear("fc", vgg.Classes).Build();
    }
}
