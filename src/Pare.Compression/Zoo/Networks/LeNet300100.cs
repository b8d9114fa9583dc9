namespace Pare.Compression.Zoo.Networks;

/// <summary>Three fully connected layers, 784-300-100-10: 266,610 parameters.</summary>
/// <remarks>LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 1998; rectifiers as in later work.</remarks>
internal sealed class LeNet300100() : Architecture<ClassifierSettings>(
    "lenet-300-100", "fully connected 784-300-100-10 for 28 x 28 digits (LeCun 1998)", new())
{
    /// <inheritdoc/>
    protected override Model Make(ClassifierSettings settings, WeightStart start) => new NetworkBuilder(Name, start, 1, 28, 28)
        .Flatten("flatten")
        .Linear("fc1", 300).Relu("relu1")
        .Linear("fc2", 100).Relu("relu2")
        .Linear("fc3", settings.Classes)
        .Build();
}
