namespace Pare.Compression.Zoo.Networks;

/// <summary>LeNet-5 as Caffe ships it, 20-50-500-10: 431,080 parameters. Only the first fully connected layer has a rectifier.</summary>
/// <remarks>LeCun et al. 1998, in the form of Caffe's lenet.prototxt, which the compression literature measures.</remarks>
internal sealed class LeNet5() : Architecture<ClassifierSettings>("lenet-5", "LeNet-5 in Caffe's form, 20-50-500-10, for 28 x 28 digits", new())
{
    /// <inheritdoc/>
    protected override Model Make(ClassifierSettings settings, WeightStart start) => new NetworkBuilder(Name, start, 1, 28, 28)
        .Conv("conv1", 20, 5).MaxPool("pool1", 2, 2)
        .Conv("conv2", 50, 5).MaxPool("pool2", 2, 2)
        .Flatten("flatten")
        .Linear("fc1", 500).Relu("relu1")
        .Linear("fc2", settings.Classes)
        .Build();
}
