namespace Pare.Compression.Zoo.Networks;

/// <summary>Three convolutions, each followed by two of 1 x 1, and no fully connected layer: 966,986 parameters.</summary>
/// <remarks>Lin, Chen, Yan, "Network In Network", ICLR 2014: the authors' CIFAR-10 model, with Caffe's pooling over the edge.</remarks>
internal sealed class NetworkInNetwork() : Architecture<DropoutSettings>(
    "nin", "Network in Network for CIFAR: 1 x 1 convolutions, global average pooling (Lin 2014)", new() { Resolution = 32, Dropout = 0.5 })
{
    /// <inheritdoc/>
    protected override Model Make(DropoutSettings settings, WeightStart start) => new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
        .Conv("conv1", 192, 5, pad: 2).Relu("relu1")
        .Conv("cccp1", 160, 1).Relu("relu_cccp1")
        .Conv("cccp2", 96, 1).Relu("relu_cccp2")
        .MaxPool("pool1", 3, 2, ceil: true).Dropout("drop1", settings.Dropout)
        .Conv("conv2", 192, 5, pad: 2).Relu("relu2")
        .Conv("cccp3", 192, 1).Relu("relu_cccp3")
        .Conv("cccp4", 192, 1).Relu("relu_cccp4")
        .AveragePool("pool2", 3, 2, ceil: true).Dropout("drop2", settings.Dropout)
        .Conv("conv3", 192, 3, pad: 1).Relu("relu3")
        .Conv("cccp5", 192, 1).Relu("relu_cccp5")
        .Conv("cccp6", settings.Classes, 1).Relu("relu_cccp6")
        .GlobalAveragePool("pool3")
        .Build();
}
