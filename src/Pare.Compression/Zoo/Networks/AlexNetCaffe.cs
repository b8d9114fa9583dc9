namespace Pare.Compression.Zoo.Networks;

/// <summary>AlexNet with two groups and response normalization, 96-256-384-384-256 channels: 60,965,224 parameters.</summary>
/// <remarks>Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", NIPS 2012, in the form of Caffe's bvlc_alexnet, which the compression literature measures.</remarks>
internal sealed class AlexNetCaffe() : Architecture<DropoutSettings>(
    "alexnet-caffe", "AlexNet with groups and response normalization, 227 x 227, as in Caffe (Krizhevsky 2012)",
    new() { Classes = 1000, Resolution = 227, Dropout = 0.5 })
{
    /// <inheritdoc/>
    protected override Model Make(DropoutSettings settings, WeightStart start) => new NetworkBuilder(Name, start, 3, settings.Resolution, settings.Resolution)
        .Conv("conv1", 96, 11, stride: 4).Relu("relu1").ResponseNorm("norm1").MaxPool("pool1", 3, 2)
        .Conv("conv2", 256, 5, pad: 2, groups: 2).Relu("relu2").ResponseNorm("norm2").MaxPool("pool2", 3, 2)
        .Conv("conv3", 384, 3, pad: 1).Relu("relu3")
        .Conv("conv4", 384, 3, pad: 1, groups: 2).Relu("relu4")
        .Conv("conv5", 256, 3, pad: 1, groups: 2).Relu("relu5").MaxPool("pool5", 3, 2)
        .Flatten("flatten")
        .Linear("fc6", 4096).Relu("relu6").Dropout("drop6", settings.Dropout)
        .Linear("fc7", 4096).Relu("relu7").Dropout("drop7", settings.Dropout)
        .Linear("fc8", settings.Classes)
        .Build();
}
