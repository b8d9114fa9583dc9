using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Mixed;

/// <summary>What a layer can be given.</summary>
/// <param name="Costs">What each choice costs: 0 or more.</param>
/// <param name="Damages">What each choice damages, as many.</param>
internal sealed record LayerChoices(ImmutableArray<long> Costs, ImmutableArray<double> Damages)
{
    /// <summary>The damages of ascending widths without what the noise of measuring adds: none is greater than that of a narrower width.</summary>
    public static ImmutableArray<double> Monotone(IReadOnlyList<double> damages)
    {
        var clean = ImmutableArray.CreateBuilder<double>(damages.Count);
        double least = double.PositiveInfinity;
        foreach (double damage in damages) clean.Add(least = Math.Min(least, damage));
        return clean.MoveToImmutable();
    }
}
