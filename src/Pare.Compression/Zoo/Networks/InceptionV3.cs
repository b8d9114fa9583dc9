using Pare.Operators;

namespace Pare.Compression.Zoo.Networks;

/// <summary>Inception with factorized kernels: 7 x 7 as 1 x 7 and 7 x 1; without the auxiliary classifier: 23,834,568 parameters.</summary>
/// <remarks>Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the Inception Architecture", CVPR 2016, as torchvision has it.</remarks>
internal sealed class InceptionV3() : Architecture<DropoutSettings>(
    "inception-v3", "Inception with factorized kernels, 299 x 299 (Szegedy 2016)", new() { Classes = 1000, Resolution = 299, Dropout = 0.5 })
{
    /// <inheritdoc/>
    protected override Model Make(DropoutSettings settings, WeightStart start)
    {
        var net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution);
        Unit(net, "Conv2d_1a_3x3", 32, 3, stride: 2);
        Unit(net, "Conv2d_2a_3x3", 32, 3);
        Unit(net, "Conv2d_2b_3x3", 64, 3, pad: 1).MaxPool("maxpool1", 3, 2);
        Unit(net, "Conv2d_3b_1x1", 80, 1);
        Unit(net, "Conv2d_4a_3x3", 192, 3).MaxPool("maxpool2", 3, 2);
        BlockA(net, "Mixed_5b", 32);
        BlockA(net, "Mixed_5c", 64);
        BlockA(net, "Mixed_5d", 64);
        BlockB(net, "Mixed_6a");
        BlockC(net, "Mixed_6b", 128);
        BlockC(net, "Mixed_6c", 160);
        BlockC(net, "Mixed_6d", 160);
        BlockC(net, "Mixed_6e", 192);
        BlockD(net, "Mixed_7a");
        BlockE(net, "Mixed_7b");
        BlockE(net, "Mixed_7c");
        return net.GlobalAveragePool("avgpool").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }

    /// <summary>Figure 5: 5 x 5, and 3 x 3 twice.</summary>
    private static void BlockA(NetworkBuilder net, string name, int pool)
    {
        Feature entry = net.Here;
        Feature one = Unit(net, $"{name}.branch1x1", 64, 1).Here;
        Unit(net.From(entry), $"{name}.branch5x5_1", 48, 1);
        Feature five = Unit(net, $"{name}.branch5x5_2", 64, 5, pad: 2).Here;
        Unit(net.From(entry), $"{name}.branch3x3dbl_1", 64, 1);
        Unit(net, $"{name}.branch3x3dbl_2", 96, 3, pad: 1);
        Feature twice = Unit(net, $"{name}.branch3x3dbl_3", 96, 3, pad: 1).Here;
        net.Concat($"{name}.concat", one, five, twice, Pooled(net.From(entry), name, pool));
    }

    /// <summary>Halves the picture before <see cref="BlockC"/>.</summary>
    private static void BlockB(NetworkBuilder net, string name)
    {
        Feature entry = net.Here;
        Feature three = Unit(net, $"{name}.branch3x3", 384, 3, stride: 2).Here;
        Unit(net.From(entry), $"{name}.branch3x3dbl_1", 64, 1);
        Unit(net, $"{name}.branch3x3dbl_2", 96, 3, pad: 1);
        Feature twice = Unit(net, $"{name}.branch3x3dbl_3", 96, 3, stride: 2).Here;
        net.Concat($"{name}.concat", three, twice, net.From(entry).MaxPool($"{name}.branch_pool", 3, 2).Here);
    }

    /// <summary>Figure 6: 7 x 7 as rows and columns, once and twice.</summary>
    private static void BlockC(NetworkBuilder net, string name, int inner)
    {
        Feature entry = net.Here;
        Feature one = Unit(net, $"{name}.branch1x1", 192, 1).Here;
        Unit(net.From(entry), $"{name}.branch7x7_1", inner, 1);
        Row(net, $"{name}.branch7x7_2", inner, 7);
        Feature seven = Column(net, $"{name}.branch7x7_3", 192, 7).Here;
        Unit(net.From(entry), $"{name}.branch7x7dbl_1", inner, 1);
        Column(net, $"{name}.branch7x7dbl_2", inner, 7);
        Row(net, $"{name}.branch7x7dbl_3", inner, 7);
        Column(net, $"{name}.branch7x7dbl_4", inner, 7);
        Feature twice = Row(net, $"{name}.branch7x7dbl_5", 192, 7).Here;
        net.Concat($"{name}.concat", one, seven, twice, Pooled(net.From(entry), name, 192));
    }

    /// <summary>Halves the picture before <see cref="BlockE"/>.</summary>
    private static void BlockD(NetworkBuilder net, string name)
    {
        Feature entry = net.Here;
        Unit(net, $"{name}.branch3x3_1", 192, 1);
        Feature three = Unit(net, $"{name}.branch3x3_2", 320, 3, stride: 2).Here;
        Unit(net.From(entry), $"{name}.branch7x7x3_1", 192, 1);
        Row(net, $"{name}.branch7x7x3_2", 192, 7);
        Column(net, $"{name}.branch7x7x3_3", 192, 7);
        Feature seven = Unit(net, $"{name}.branch7x7x3_4", 192, 3, stride: 2).Here;
        net.Concat($"{name}.concat", three, seven, net.From(entry).MaxPool($"{name}.branch_pool", 3, 2).Here);
    }

    /// <summary>Figure 7: row and column side by side.</summary>
    private static void BlockE(NetworkBuilder net, string name)
    {
        Feature entry = net.Here;
        Feature one = Unit(net, $"{name}.branch1x1", 320, 1).Here;
        Feature three = Unit(net.From(entry), $"{name}.branch3x3_1", 384, 1).Here;
        Feature row = Row(net, $"{name}.branch3x3_2a", 384, 3).Here;
        Feature column = Column(net.From(three), $"{name}.branch3x3_2b", 384, 3).Here;
        Unit(net.From(entry), $"{name}.branch3x3dbl_1", 448, 1);
        Feature twice = Unit(net, $"{name}.branch3x3dbl_2", 384, 3, pad: 1).Here;
        Feature twiceRow = Row(net, $"{name}.branch3x3dbl_3a", 384, 3).Here;
        Feature twiceColumn = Column(net.From(twice), $"{name}.branch3x3dbl_3b", 384, 3).Here;
        net.Concat($"{name}.concat", one, row, column, twiceRow, twiceColumn, Pooled(net.From(entry), name, 192));
    }

    private static Feature Pooled(NetworkBuilder net, string name, int channels) =>
        Unit(net.AveragePool($"{name}.pool", 3, 1, pad: 1, countPads: true), $"{name}.branch_pool", channels, 1).Here;

    private static NetworkBuilder Unit(NetworkBuilder net, string name, int channels, int kernel, int stride = 1, int pad = 0) =>
        net.ConvUnit(name, channels, kernel, stride, pad, epsilon: 1e-3f);

    private static NetworkBuilder Row(NetworkBuilder net, string name, int channels, int length) =>
        net.ConvUnit(name, channels, new Window([1, length], [1, 1], Pads: [0, length / 2, 0, length / 2]), epsilon: 1e-3f);

    private static NetworkBuilder Column(NetworkBuilder net, string name, int channels, int length) =>
        net.ConvUnit(name, channels, new Window([length, 1], [1, 1], Pads: [length / 2, 0, length / 2, 0]), epsilon: 1e-3f);
}
