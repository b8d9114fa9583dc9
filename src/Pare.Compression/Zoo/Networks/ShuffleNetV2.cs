namespace Pare.Compression.Zoo.Networks;

/// <summary>Half of the channels pass each unit by, then all are shuffled: 2,278,604 parameters at width 1.</summary>
/// <remarks>Ma, Zhang, Zheng, Sun, "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design", ECCV 2018, table 5.</remarks>
internal sealed class ShuffleNetV2() : Architecture<WidthSettings>(
    "shufflenet-v2", "ShuffleNetV2: channel split and shuffle, width 0.5, 1, 1.5 or 2 (Ma 2018)", new() { Classes = 1000 })
{
    private static readonly int[] Units = [4, 8, 4];

    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        int[] channels = settings.Width switch
        {
            0.5 => [48, 96, 192, 1024],
            1 => [116, 232, 464, 1024],
            1.5 => [176, 352, 704, 1024],
            2 => [244, 488, 976, 2048],
            _ => throw new RecipeException($"Options of {Name}: Width is {settings.Width}; expected 0.5, 1, 1.5 or 2."),
        };
        NetworkBuilder net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
            .ConvUnit("conv1", 24, 3, stride: 2, pad: 1).MaxPool("maxpool", 3, 2, pad: 1);
        for (int stage = 0; stage < Units.Length; stage++)
            for (int unit = 0; unit < Units[stage]; unit++)
                Unit(net, $"stage{stage + 2}.{unit}", channels[stage] / 2, unit == 0);
        return net.ConvUnit("conv5", channels[^1], 1).GlobalAveragePool("pool").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }

    /// <summary>One unit; the first of a stage halves the picture and sets the channels.</summary>
    internal static void Unit(NetworkBuilder net, string name, int half, bool isDown)
    {
        (Feature first, Feature second) = isDown ? (net.Here, net.Here) : net.Split($"{name}.split", half);
        if (isDown)
            first = net.LinearUnit($"{name}.branch1.dw", first.Channels, 3, 2, pad: 1, groups: first.Channels).ConvUnit($"{name}.branch1.pw", half, 1).Here;
        second = net.From(second)
            .ConvUnit($"{name}.branch2.pw1", half, 1)
            .LinearUnit($"{name}.branch2.dw", half, 3, isDown ? 2 : 1, pad: 1, groups: half)
            .ConvUnit($"{name}.branch2.pw2", half, 1)
            .Here;
        net.Concat($"{name}.concat", first, second).ChannelShuffle($"{name}.shuffle", 2);
    }
}
