using System.Collections.Immutable;

namespace Pare.Compression.Quantization;

/// <summary>Values that share one scale and zero point, because nodes between them only move numbers.</summary>
/// <param name="Values">The values, in the order of the nodes.</param>
/// <param name="Sources">Those of them whose numbers no other of them has: what calibration must look at.</param>
/// <param name="NonNegative">Whether the graph says that no number is below 0.</param>
public sealed record QuantizedGroup(ImmutableArray<QuantizedValue> Values, ImmutableArray<string> Sources, bool NonNegative)
{
    /// <summary>The first value's name, for messages and constants.</summary>
    public string Name => Values[0].Name;
}
