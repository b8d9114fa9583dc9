using System.Collections.Immutable;

namespace Pare.Compression.Quantization;

/// <summary>A value that gets a QuantizeLinear and a DequantizeLinear behind it.</summary>
/// <param name="Name">The value.</param>
/// <param name="Readers">Names of the nodes that read the quantized value; others keep reading the floats.</param>
/// <param name="IsOutput">Whether the model's output is the quantized value.</param>
public sealed record QuantizedValue(string Name, ImmutableHashSet<string> Readers, bool IsOutput);
