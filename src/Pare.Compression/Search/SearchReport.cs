using System.Collections.Immutable;
using System.Text.Json;
using Pare.Compression.Reporting;

namespace Pare.Compression.Search;

/// <summary>Everything about one search: what <c>search.json</c> holds and the table on screen shows.</summary>
public sealed record SearchReport
{
    /// <summary>The version of the file's form that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The form of the file.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The model's name.</summary>
    public string Model { get; init; } = "";

    /// <summary>The method whose setting was swept.</summary>
    public string Method { get; init; } = "";

    /// <summary>The setting.</summary>
    public string Setting { get; init; } = "";

    /// <summary>The data.</summary>
    public DataReport? Data { get; init; }

    /// <summary>What points are called cheap by.</summary>
    public SearchCost Cost { get; init; }

    /// <summary>How many percentage points more errors than the original's the saturation point may make.</summary>
    public double MaxDrop { get; init; }

    /// <summary>The model as it was.</summary>
    public TrialResult Original { get; init; } = new();

    /// <summary>The points, in the order of the grid.</summary>
    public ImmutableArray<SearchPointReport> Points { get; init; } = [];

    /// <summary>The value at the saturation point, see <see cref="SearchCurve.Saturation"/>; null where no point is good enough.</summary>
    public double? Saturation { get; init; }

    /// <summary>The value whose model is best.pare: the saturation point's, else that of the fewest errors; null where all failed.</summary>
    public double? Chosen { get; init; }

    /// <summary>The chosen point on the test set, which is read once at the end where that is asked for; or null.</summary>
    public Quality? Test { get; init; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset? Made { get; init; }

    /// <summary>Where it was made.</summary>
    public EnvironmentReport? Environment { get; init; }

    /// <summary>The report of a curve; the rest is added by <c>with</c>.</summary>
    public static SearchReport Of(SearchCurve curve, Sweep sweep, SearchCost cost, double maxDrop)
    {
        ImmutableArray<SearchPoint> pareto = curve.Pareto(cost);
        SearchPoint? saturation = curve.Saturation(cost, maxDrop);
        return new SearchReport
        {
            Method = sweep.Target.Method.Name,
            Setting = sweep.Target.Name,
            Cost = cost,
            MaxDrop = maxDrop,
            Original = curve.Original,
            Points = [.. curve.Points.Select(p => new SearchPointReport(p.Value, p.Result.Measure is null ? null : curve.Drop(p), pareto.Contains(p), p.Result))],
            Saturation = saturation?.Value,
            Chosen = (saturation ?? curve.FewestErrors(cost))?.Value,
        };
    }

    /// <summary>The chosen point, or null where all failed.</summary>
    /// <returns>The point of <see cref="Points"/>.</returns>
    public SearchPointReport? ChosenPoint() => Points.FirstOrDefault(p => p.Value == Chosen);

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SearchJson.Default.SearchReport);
}
