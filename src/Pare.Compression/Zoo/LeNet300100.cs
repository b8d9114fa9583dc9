namespace Pare.Compression.Zoo;

/// <summary>Three fully connected layers, 784-300-100-10: 266,610 parameters.</summary>
/// <remarks>LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", Proc. IEEE 1998; rectifiers as in later work.</remarks>
public sealed class LeNet300100 : Architecture
{
    /// <inheritdoc/>
    public override string Name => "lenet-300-100";

    /// <inheritdoc/>
    public override string Description => "fully connected 784-300-100-10 for 28 x 28 digits (LeCun 1998)";

    /// <inheritdoc/>
    protected override Model Make(ArchitectureSettings settings, ulong seed) => new NetworkBuilder(Name, seed, 1, 28, 28)
        .Flatten("flatten")
        .Linear("fc1", 300).Relu("relu1")
        .Linear("fc2", 100).Relu("relu2")
        .Linear("fc3", settings.Classes)
        .Build();
}
