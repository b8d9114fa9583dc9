namespace Pare.Compression.Zoo;

/// <summary>The image network of MLPerf Tiny: three residual blocks of 16, 32 and 64 channels; 77,706 parameters once batch norms are folded.</summary>
/// <remarks>Banbury et al., "MLPerf Tiny Benchmark", NeurIPS Datasets and Benchmarks 2021.</remarks>
public sealed class ResNet8 : Architecture
{
    /// <inheritdoc/>
    public override string Name => "resnet-8";

    /// <inheritdoc/>
    public override string Description => "residual network of MLPerf Tiny for CIFAR";

    /// <inheritdoc/>
    protected override Model Make(ArchitectureSettings settings, ulong seed)
    {
        var net = new NetworkBuilder(Name, seed, 3, 32, 32);
        net.Conv("conv1", 16, 3, pad: 1).BatchNorm("bn1").Relu("relu1");
        for (int stage = 0; stage < 3; stage++) Block(net, $"layer{stage + 1}", 16 << stage, stage == 0 ? 1 : 2);
        return net.GlobalAveragePool("pool").Linear("linear", settings.Classes).Build();
    }

    private static void Block(NetworkBuilder net, string name, int channels, int stride)
    {
        Feature entry = net.Here;
        Feature straight = net
            .Conv($"{name}.conv1", channels, 3, stride, pad: 1).BatchNorm($"{name}.bn1").Relu($"{name}.relu1")
            .Conv($"{name}.conv2", channels, 3, pad: 1).BatchNorm($"{name}.bn2")
            .Here;
        if (stride > 1) entry = net.From(entry).Conv($"{name}.shortcut", channels, 1, stride).Here;
        net.From(straight).Add($"{name}.add", entry).Relu($"{name}.relu2");
    }
}
