namespace Pare.Compression.Zoo.Networks;

/// <summary>GoogLeNet with batch norm, and 3 x 3 kernels where the paper has 5 x 5: 6,624,904 parameters.</summary>
/// <remarks>Szegedy et al., CVPR 2015, in torchvision's form, without the auxiliary classifiers.</remarks>
internal sealed class GoogLeNetTorchvision() : Architecture<DropoutSettings>(
    "googlenet-torchvision", "GoogLeNet with batch norm and 3 x 3 kernels, as in torchvision", new() { Classes = 1000, Dropout = 0.2 })
{
    private const float Epsilon = 1e-3f;

    /// <inheritdoc/>
    protected override Model Make(DropoutSettings settings, WeightStart start)
    {
        NetworkBuilder net = new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
            .ConvUnit("conv1", 64, 7, stride: 2, pad: 3, epsilon: Epsilon).MaxPool("maxpool1", 3, 2, ceil: true)
            .ConvUnit("conv2", 64, 1, epsilon: Epsilon)
            .ConvUnit("conv3", 192, 3, pad: 1, epsilon: Epsilon).MaxPool("maxpool2", 3, 2, ceil: true);
        GoogLeNetBlock[][] stages = GoogLeNetBlock.Stages;
        for (int i = 0; i < stages.Length; i++)
        {
            if (i == 1) net.MaxPool("maxpool3", 3, 2, ceil: true);
            if (i == 2) net.MaxPool("maxpool4", 2, 2, ceil: true);
            foreach (GoogLeNetBlock block in stages[i]) Inception(net, block);
        }
        return net.GlobalAveragePool("avgpool").Dropout("dropout", settings.Dropout).Linear("fc", settings.Classes).Build();
    }

    private static void Inception(NetworkBuilder net, GoogLeNetBlock block)
    {
        string name = $"inception{block.Name}";
        Feature entry = net.Here;
        Feature one = net.ConvUnit($"{name}.branch1", block.One, 1, epsilon: Epsilon).Here;
        Feature two = net.From(entry)
            .ConvUnit($"{name}.branch2.0", block.ThreeReduce, 1, epsilon: Epsilon).ConvUnit($"{name}.branch2.1", block.Three, 3, pad: 1, epsilon: Epsilon).Here;
        Feature three = net.From(entry)
            .ConvUnit($"{name}.branch3.0", block.FiveReduce, 1, epsilon: Epsilon).ConvUnit($"{name}.branch3.1", block.Five, 3, pad: 1, epsilon: Epsilon).Here;
        Feature four = net.From(entry).MaxPool($"{name}.branch4.0", 3, 1, pad: 1, ceil: true).ConvUnit($"{name}.branch4.1", block.Pool, 1, epsilon: Epsilon).Here;
        net.Concat($"{name}.concat", one, two, three, four);
    }
}
