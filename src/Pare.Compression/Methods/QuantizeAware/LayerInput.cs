namespace Pare.Compression.Methods;

/// <summary>A layer whose input is quantized.</summary>
/// <param name="Node">The convolution or product; its input 0 is meant.</param>
/// <param name="Bits">Width of a number.</param>
internal readonly record struct LayerInput(Node Node, int Bits);
