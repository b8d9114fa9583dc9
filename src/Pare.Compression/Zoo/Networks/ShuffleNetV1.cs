namespace Pare.Compression.Zoo.Networks;

/// <summary>Grouped 1 x 1 convolutions whose channels are shuffled between the groups: 1,865,728 parameters at width 1 with 3 groups.</summary>
/// <remarks>Zhang, Zhou, Lin, Sun, "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices", CVPR 2018, table 1; stem channels as in the authors' code.</remarks>
internal sealed class ShuffleNetV1() : Architecture<ShuffleNetSettings>(
    "shufflenet-v1", "ShuffleNet: grouped 1 x 1 convolutions and channel shuffle, any width (Zhang 2018)", new() { Classes = 1000 })
{
    private static readonly int[] Units = [4, 8, 4];

    /// <inheritdoc/>
    protected override Model Make(ShuffleNetSettings settings, WeightStart start)
    {
        int groups = settings.Groups;
        int stage2 = groups switch
        {
            1 => 144,
            2 => 200,
            3 => 240,
            4 => 272,
            8 => 384,
            _ => throw new RecipeException($"Options of {Name}: Groups is {groups}; expected 1, 2, 3, 4 or 8."),
        };
        NetworkBuilder net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
            .ConvUnit("conv1", Stem(settings), 3, stride: 2, pad: 1).MaxPool("maxpool", 3, 2, pad: 1);
        for (int stage = 0; stage < Units.Length; stage++)
            for (int unit = 0; unit < Units[stage]; unit++)
                Unit(net, $"stage{stage + 2}.{unit}", Multiple(settings.Width * (stage2 << stage), 4 * groups), groups, unit == 0, isFirst: stage + unit == 0);
        return net.GlobalAveragePool("pool").Linear("fc", settings.Classes).Build();
    }

    // 24 channels, in proportion below width 1 and at whole widths; as many as the groups can share.
    private static int Stem(ShuffleNetSettings settings) =>
        (int)Math.Ceiling((settings.Width < 1 ? 24 * settings.Width : 24 * Math.Floor(settings.Width)) / settings.Groups) * settings.Groups;

    private static int Multiple(double channels, int of) => Math.Max(1, (int)Math.Round(channels / of)) * of;

    private static void Unit(NetworkBuilder net, string name, int channels, int groups, bool isDown, bool isFirst)
    {
        Feature entry = net.Here;
        // The first unit has too few input channels to group them. A halving unit is joined to its input, not added.
        Feature straight = net
            .ConvUnit($"{name}.pw1", channels / 4, 1, groups: isFirst ? 1 : groups).ChannelShuffle($"{name}.shuffle", groups)
            .LinearUnit($"{name}.dw", channels / 4, 3, isDown ? 2 : 1, pad: 1, groups: channels / 4)
            .LinearUnit($"{name}.pw2", isDown ? channels - entry.Channels : channels, 1, groups: groups)
            .Here;
        if (isDown) net.Concat($"{name}.concat", net.From(entry).AveragePool($"{name}.shortcut", 3, 2, pad: 1, countPads: true).Here, straight);
        else net.Add($"{name}.add", entry);
        net.Relu($"{name}.relu");
    }
}
