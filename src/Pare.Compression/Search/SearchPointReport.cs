namespace Pare.Compression.Search;

/// <summary>A point of a search's report.</summary>
/// <param name="Value">The value of the setting.</param>
/// <param name="Drop">Percentage points more errors than the original's; null where the trial failed.</param>
/// <param name="Pareto">True where no other point is cheaper without more errors, or better without a higher cost.</param>
/// <param name="Result">The trial's result.</param>
public sealed record SearchPointReport(double Value, double? Drop, bool Pareto, TrialResult Result);
