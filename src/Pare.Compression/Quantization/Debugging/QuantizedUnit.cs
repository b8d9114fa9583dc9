using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>A node with what is quantized because of it: its parameters, and the values that it makes.</summary>
/// <param name="Name">The node's name, or the input's.</param>
/// <param name="Node">The node; null for an input of the network.</param>
/// <param name="Result">The value that is compared: behind its rectifier, before it is quantized.</param>
/// <param name="Values">The values that are quantized and hold what it made.</param>
/// <param name="Weight">Which input is its quantized weight; -1 for none.</param>
/// <param name="Others">Which inputs are parameters beside it that differ: a bias.</param>
/// <param name="Follows">Rectifiers that go with it.</param>
internal sealed record QuantizedUnit(
    string Name, Node? Node, string Result, ImmutableArray<string> Values, int Weight, ImmutableArray<int> Others, ImmutableHashSet<string> Follows);
