using System.Collections.Immutable;

namespace Pare.Compression.Zoo.Networks;

/// <summary>Eight fire modules, which squeeze the channels before they expand them: 1,248,424 parameters (1.0) or 1,235,496 (1.1).</summary>
/// <remarks>Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016; 1.1 is the authors' later form with a smaller first layer and earlier pooling.</remarks>
/// <param name="version">"1.0" or "1.1".</param>
internal sealed class SqueezeNet(string version) : Architecture<SqueezeNetSettings>(
    $"squeezenet-{version}", $"SqueezeNet {version}: fire modules, no fully connected layer (Iandola 2016)", new() { Classes = 1000, Dropout = 0.5 })
{
    private bool IsFirst => version == "1.0";

    // The fire modules before which the picture is halved.
    private ImmutableArray<int> Pooled => IsFirst ? [2, 5, 9] : [2, 4, 6];

    /// <inheritdoc/>
    protected override Model Make(SqueezeNetSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        net.Conv("conv1", IsFirst ? 96 : 64, IsFirst ? 7 : 3, stride: 2).Relu("relu_conv1");
        for (int fire = 2; fire <= 9; fire++)
        {
            if (Pooled.Contains(fire)) net.MaxPool($"pool{fire - 1}", 3, 2, ceil: true);
            int eighth = fire / 2; // 1, 1, 2, 2, 3, 3, 4, 4 for fires 2 to 9
            Fire(net, $"fire{fire}", 16 * eighth, 64 * eighth, settings.Bypass);
        }
        return net.Dropout("drop9", settings.Dropout).Conv("conv10", settings.Classes, 1).Relu("relu_conv10").GlobalAveragePool("pool10").Build();
    }

    private static void Fire(NetworkBuilder net, string name, int squeeze, int expand, SqueezeNetBypass bypass)
    {
        Feature entry = net.Here;
        Feature squeezed = net.Conv($"{name}.squeeze", squeeze, 1).Relu($"{name}.relu_squeeze").Here;
        Feature one = net.Conv($"{name}.expand1x1", expand, 1).Relu($"{name}.relu_expand1x1").Here;
        Feature three = net.From(squeezed).Conv($"{name}.expand3x3", expand, 3, pad: 1).Relu($"{name}.relu_expand3x3").Here;
        Feature made = net.Concat($"{name}.concat", one, three).Here;
        bool same = entry.Channels == made.Channels;
        if (bypass == SqueezeNetBypass.None || (bypass == SqueezeNetBypass.Simple && !same)) return;
        if (!same) entry = net.From(entry).Conv($"{name}.bypass", made.Channels, 1).Here;
        net.From(made).Add($"{name}.add", entry);
    }
}
