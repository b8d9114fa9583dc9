namespace Pare.Compression;

/// <summary>A weight that a method may work on.</summary>
/// <param name="Weight">The weight's name in the model.</param>
/// <param name="Readers">The nodes that read it, in order; at least one.</param>
/// <param name="ChannelAxis">The output-channel axis, or null.</param>
/// <param name="Shape">The weight's shape.</param>
public sealed record Layer(string Weight, System.Collections.Immutable.ImmutableArray<Node> Readers, int? ChannelAxis, Shape Shape)
{
    private const string Suffix = ".weight";

    /// <summary>The short name: the weight's, without a trailing ".weight".</summary>
    public string Name => Weight.Length > Suffix.Length && Weight.EndsWith(Suffix, StringComparison.Ordinal) ? Weight[..^Suffix.Length] : Weight;

    /// <summary>True for the weights of convolutions and products; false for biases, normalization and the like.</summary>
    public bool IsKernel => Shape.Rank >= 2 && Readers.Any(n => n.Operator.Name is "Conv" or "ConvTranspose" or "Gemm" or "MatMul");

    /// <summary>"conv1.weight [20, 1, 5, 5] (Conv)".</summary>
    public override string ToString() => $"{Weight} {Shape} ({Readers[0].Operator.Name})";
}
