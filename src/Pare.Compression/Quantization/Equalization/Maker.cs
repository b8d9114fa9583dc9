namespace Pare.Compression.Quantization.Equalization;

/// <summary>A layer that makes channels.</summary>
/// <param name="Layer">A convolution or product.</param>
/// <param name="Norm">The batch normalization that alone reads it, or null.</param>
internal sealed record Maker(Node Layer, Node? Norm)
{
    /// <summary>The value that it makes.</summary>
    public string Output => (Norm ?? Layer).Outputs[0];
}
