namespace Pare.Compression.Zoo.Networks;

/// <summary>LeNet-5 of 1998, 6-16-120-84-10 with tanh and average pooling: 61,706 parameters.</summary>
/// <remarks>
/// LeCun, Bottou, Bengio, Haffner, Proc. IEEE 1998, section II.B. As usual today, pooling has no weights of its own, the second
/// convolution sees all maps, and the last layer is an ordinary one. Digits of 28 x 28 are padded to the paper's 32 x 32.
/// </remarks>
internal sealed class LeNet5Classic() : Architecture<ClassifierSettings>(
    "lenet-5-classic", "LeNet-5 of 1998, 6-16-120-84-10 with tanh and average pooling, for 28 x 28 digits", new())
{
    /// <inheritdoc/>
    protected override Model Make(ClassifierSettings settings, WeightStart start) => new NetworkBuilder(Name, start, 1, 28, 28)
        .Conv("conv1", 6, 5, pad: 2).Tanh("tanh1").AveragePool("pool1", 2, 2)
        .Conv("conv2", 16, 5).Tanh("tanh2").AveragePool("pool2", 2, 2)
        .Conv("conv3", 120, 5).Tanh("tanh3")
        .Flatten("flatten")
        .Linear("fc1", 84).Tanh("tanh4")
        .Linear("fc2", settings.Classes)
        .Build();
}
