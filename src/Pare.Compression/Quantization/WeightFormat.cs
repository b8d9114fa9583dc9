namespace Pare.Compression.Quantization;

/// <summary>What weights are quantized to: signed codes with the zero point 0, from -(2^(bits-1) - 1) to 2^(bits-1) - 1; of 1 bit, -1 and 1.</summary>
/// <param name="Bits">1 to 8.</param>
/// <param name="Granularity">Which weights share a scale.</param>
/// <param name="Scale">How scales are chosen.</param>
/// <param name="GroupSize">Length of a block, for <see cref="WeightGranularity.Group"/>.</param>
public sealed record WeightFormat(int Bits = 8, WeightGranularity Granularity = WeightGranularity.Channel, WeightScale Scale = WeightScale.Max, int GroupSize = 32)
{
    /// <summary>The greatest code.</summary>
    public int Most => Bits == 1 ? 1 : (1 << (Bits - 1)) - 1;
}
