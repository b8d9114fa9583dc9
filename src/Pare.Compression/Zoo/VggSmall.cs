namespace Pare.Compression.Zoo;

/// <summary>Six convolutions and one fully connected layer for 32 x 32 pictures: 4,661,898 parameters. The usual subject of binary networks.</summary>
/// <remarks>Courbariaux et al., "BinaryConnect", NeurIPS 2015, with one fully connected layer as in Cai et al., CVPR 2017.</remarks>
public sealed class VggSmall : Architecture
{
    /// <inheritdoc/>
    public override string Name => "vgg-small";

    /// <inheritdoc/>
    public override string Description => "six convolutions of 128 to 512 channels for CIFAR";

    /// <inheritdoc/>
    protected override Model Make(ArchitectureSettings settings, ulong seed)
    {
        var net = new NetworkBuilder(Name, seed, 3, 32, 32);
        for (int i = 1; i <= 6; i++)
        {
            net.Conv($"conv{i}", 128 << ((i - 1) / 2), 3, pad: 1).BatchNorm($"bn{i}").Relu($"relu{i}");
            if (i % 2 == 0) net.MaxPool($"pool{i / 2}", 2, 2);
        }
        return net.Flatten("flatten").Linear("fc", settings.Classes).Build();
    }
}
