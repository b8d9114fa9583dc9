namespace Pare.Compression.Zoo.Networks;

/// <summary>Depthwise separable convolutions in the place of full ones: 4,231,976 parameters at width 1.</summary>
/// <remarks>Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications", 2017, table 1; padded as in TensorFlow.</remarks>
/// <param name="name">What users type.</param>
/// <param name="description">One line.</param>
/// <param name="defaults">Width and resolution.</param>
internal sealed class MobileNetV1(string name, string description, WidthSettings defaults) : Architecture<WidthSettings>(name, description, defaults)
{
    // Channels of the pointwise convolutions; where a picture is halved on the way stands a stride of 2.
    private static readonly (int Channels, int Stride)[] Layers =
        [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2), (1024, 1)];

    /// <summary>The paper's, for ImageNet.</summary>
    public static MobileNetV1 ForImageNet() =>
        new("mobilenet-v1", "MobileNet: depthwise separable convolutions, any width and resolution (Howard 2017)", new() { Classes = 1000 });

    /// <summary>The visual wake words network of MLPerf Tiny: 210,850 parameters once batch norms are folded.</summary>
    /// <remarks>Banbury et al., "MLPerf Tiny Benchmark", NeurIPS Datasets and Benchmarks 2021.</remarks>
    public static MobileNetV1 ForVisualWakeWords() =>
        new("mobilenet-v1-0.25-96", "MobileNet of MLPerf Tiny for visual wake words: is there a person?", new() { Classes = 2, Width = 0.25, Resolution = 96 });

    /// <inheritdoc/>
    protected override Model Make(WidthSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        net.ConvUnit("conv1", settings.Scaled(32), NetworkBuilder.Same(3, 3, 2));
        for (int i = 0; i < Layers.Length; i++)
            net.ConvUnit($"layer{i + 1}.dw", net.Here.Channels, NetworkBuilder.Same(3, 3, Layers[i].Stride), groups: net.Here.Channels)
                .ConvUnit($"layer{i + 1}.pw", settings.Scaled(Layers[i].Channels), 1);
        return net.GlobalAveragePool("pool").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }
}
