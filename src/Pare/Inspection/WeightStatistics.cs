namespace Pare.Inspection;

/// <summary>What the numbers of a weight, or of several, are like.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Zeros">How many are 0 or -0.</param>
/// <param name="Distinct">How many different ones there are; null for more than <see cref="MostDistinct"/>. 0 and -0 are one, all NaN are one.</param>
/// <param name="Least">The least, NaN left out; NaN where there is none.</param>
/// <param name="Most">The greatest, NaN left out; NaN where there is none.</param>
/// <param name="NaNs">How many are NaN.</param>
public sealed record WeightStatistics(long Count, long Zeros, int? Distinct, float Least, float Most, long NaNs)
{
    /// <summary>Distinct values are counted exactly up to here.</summary>
    public const int MostDistinct = 65_536;

    /// <summary>The share of zeros.</summary>
    public double Sparsity => Count == 0 ? 0 : (double)Zeros / Count;
}
