namespace Pare.Compression.Zoo;

/// <summary>What the random weights of a new network start from.</summary>
/// <param name="Seed">The same seed gives the same weights.</param>
public readonly record struct WeightStart(ulong Seed)
{
    /// <summary>Nothing is drawn: all random weights are zeros. Pages of zeros that nobody writes cost no memory.</summary>
    internal static WeightStart Zeros { get; } = new(0) { IsZeros = true };

    internal bool IsZeros { get; private init; }
}
