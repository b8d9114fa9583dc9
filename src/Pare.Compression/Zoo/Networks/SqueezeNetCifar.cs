namespace Pare.Compression.Zoo.Networks;

/// <summary>Six fire modules with batch norms and shortcuts for 32 x 32 pictures: 210,890 parameters and 11,804,672 MACs at width 1.</summary>
/// <remarks>The modules and the simple bypass of Iandola et al., "SqueezeNet", 2016; layers of our own, with a batch norm after each convolution.</remarks>
internal sealed class SqueezeNetCifar() : Architecture<WidthSettings>(
    "squeezenet-cifar", "SqueezeNet for 32 x 32 pictures: fire modules with shortcuts (modules of Iandola 2016)", new() { Resolution = 32 })
{
    // Channels of the 1 x 1 that squeezes; each of the two convolutions that expand has twice as many. A stride of 2 is a pooling before.
    private static readonly (int Squeeze, int Stride)[] Fires = [(16, 2), (16, 1), (32, 2), (32, 1), (48, 1), (64, 2)];

    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        net.ConvUnit("conv1", settings.InEights(32), 3, pad: 1);
        for (int i = 0; i < Fires.Length; i++)
        {
            if (Fires[i].Stride == 2) net.MaxPool($"pool{i + 1}", 3, 2, pad: 1);
            Fire(net, $"fire{i + 2}", settings.InEights(Fires[i].Squeeze), settings.InEights(2 * Fires[i].Squeeze));
        }
        return net.Dropout("dropout", settings.Dropout).Conv("conv10", settings.Classes, 1).GlobalAveragePool("pool").Build();
    }

    private static void Fire(NetworkBuilder net, string name, int squeeze, int expand)
    {
        Feature entry = net.Here;
        Feature squeezed = net.ConvUnit($"{name}.squeeze", squeeze, 1).Here;
        Feature one = net.LinearUnit($"{name}.expand1x1", expand, 1).Here;
        Feature three = net.From(squeezed).LinearUnit($"{name}.expand3x3", expand, 3, pad: 1).Here;
        net.Concat($"{name}.concat", one, three);
        if (entry.Channels == net.Here.Channels) net.Add($"{name}.add", entry);
        net.Relu($"{name}.relu");
    }
}
