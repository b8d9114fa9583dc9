namespace Pare.Compression.Zoo.Networks;

/// <summary>The units of ShuffleNetV2 for 32 x 32 pictures: 275,306 parameters and 10,818,560 MACs at width 1.</summary>
/// <remarks>The units of Ma, Zhang, Zheng, Sun, "ShuffleNet V2", ECCV 2018; layers of our own, without the stride and the pooling of the stem.</remarks>
internal sealed class ShuffleNetCifar() : Architecture<WidthSettings>(
    "shufflenet-cifar", "ShuffleNet for 32 x 32 pictures: channel split and shuffle (units of Ma 2018)", new() { Resolution = 32 })
{
    private static readonly (int Channels, int Units)[] Stages = [(64, 3), (128, 4), (256, 2)];

    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        NetworkBuilder net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution).ConvUnit("conv1", settings.InEights(24), 3, pad: 1);
        for (int stage = 0; stage < Stages.Length; stage++)
            for (int unit = 0; unit < Stages[stage].Units; unit++)
                ShuffleNetV2.Unit(net, $"stage{stage + 2}.{unit}", settings.InEights(Stages[stage].Channels) / 2, unit == 0);
        return net.ConvUnit("conv5", settings.InEights(512), 1).GlobalAveragePool("pool").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }
}
