using System.Collections.Immutable;

namespace Pare.Compression.Search;

/// <summary>Cost against errors, over a grid.</summary>
/// <param name="Original">The model as it was, measured.</param>
/// <param name="Points">The points, in the order of the grid; failed ones too.</param>
public sealed record SearchCurve(TrialResult Original, ImmutableArray<SearchPoint> Points)
{
    /// <summary>The points whose trials did not fail.</summary>
    public IEnumerable<SearchPoint> Measured => Points.Where(p => p.Result.Measure is not null);

    /// <summary>What points differ by: multiply-accumulates, and bytes where those are all the same, as when weights are pruned one by one.</summary>
    public SearchCost NaturalCost => Measured.Select(p => p.Result.Measure!.Macs).Distinct().Count() > 1 ? SearchCost.Macs : SearchCost.Bytes;

    /// <summary>How many percentage points more errors there are than the original makes; negative where it is better.</summary>
    /// <exception cref="ArgumentException">The point's trial failed.</exception>
    public double Drop(SearchPoint point) => 100 * (Of(point).Validation.Error - Original.Measure!.Validation.Error);

    /// <summary>The points that no other one beats: none is cheaper without more errors, or better without a higher cost.</summary>
    public ImmutableArray<SearchPoint> Pareto(SearchCost cost) => [.. Measured.Where(p => !Measured.Any(q => Beats(Of(q), Of(p), cost)))];

    /// <summary>
    /// The saturation point: the cheapest point whose validation error is at most <paramref name="maxDrop"/> percentage points over the
    /// original's. What costs more than it buys little. Null where no point is good enough. Of equally cheap points the better one counts,
    /// then the first.
    /// </summary>
    /// <param name="cost">What is cheap.</param>
    /// <param name="maxDrop">Percentage points, 0 to 100.</param>
    public SearchPoint? Saturation(SearchCost cost, double maxDrop)
    {
        const double Rounding = 1e-9; // of the percentages, which are quotients of counts
        return Measured.Where(p => Drop(p) <= maxDrop + Rounding).OrderBy(p => Of(p).Of(cost)).ThenBy(p => Of(p).Validation.Error).FirstOrDefault();
    }

    /// <summary>The point of the fewest errors, and of these the cheapest; null where all failed.</summary>
    public SearchPoint? FewestErrors(SearchCost cost) => Measured.OrderBy(p => Of(p).Validation.Error).ThenBy(p => Of(p).Of(cost)).FirstOrDefault();

    private static TrialMeasure Of(SearchPoint point) => point.Result.Measure ?? throw new ArgumentException($"The trial '{point.Result.Name}' failed.", nameof(point));

    private static bool Beats(TrialMeasure a, TrialMeasure b, SearchCost cost) =>
        a.Of(cost) <= b.Of(cost) && a.Validation.Error <= b.Validation.Error && (a.Of(cost) < b.Of(cost) || a.Validation.Error < b.Validation.Error);
}
