using Pare.Compression.Reporting;
using Pare.Compression.Search;

namespace Pare.Compression.Tests.Search;

internal static class SearchFakes
{
    private static readonly ContentHash Network = ContentHash.OfText("network"), Samples = ContentHash.OfText("samples");

    public static Trial Trial(string name, string? method = null, string network = "network", ulong seed = 1) => new(
        ContentHash.OfText(network), Samples, (method is null ? new Recipe() : Recipe.FromArguments([method])) with { Name = name }, seed);

    /// <summary>The original and a trial for each number of bits.</summary>
    public static Grid Grid(params int[] bits) => new(
        Trial(Original), [.. bits.Select(b => new GridPoint(b, Trial($"bits-{b}", $"cluster.kmeans:bits={b}")))]);

    public const string Original = Compression.Search.Grid.OriginalName;

    public static TrialMeasure Measure(long errors, long macs, long bytes = 10) => new(macs / 2, macs, bytes, bytes + 1, 1, new Quality(1000, errors));

    public static SearchCurve Curve(long originalErrors, params (long Errors, long Macs)[] points) => new(
        Result("original", originalErrors, 1000), [.. points.Select((p, i) => new SearchPoint(i, Result($"p{i}", p.Errors, p.Macs)))]);

    /// <summary>A result; negative errors for a trial that failed.</summary>
    public static TrialResult Result(string name, long errors, long macs) => new()
    {
        Name = name,
        Model = Network,
        Data = Samples,
        Trial = ContentHash.OfText(name),
        Measure = errors < 0 ? null : Measure(errors, macs),
        Error = errors < 0 ? "it diverged" : null,
    };
}

/// <summary>Measures nothing: what a trial costs is its bits. Trials of a name that the test gives fail.</summary>
internal sealed class FakeRunner(SearchFolder folder, params string[] failing) : ITrialRunner
{
    public List<string> Ran { get; } = [];

    public Action<Trial>? Before { get; init; }

    public Task<TrialResult> RunAsync(Trial trial, CancellationToken cancel)
    {
        Before?.Invoke(trial);
        cancel.ThrowIfCancellationRequested();
        Ran.Add(trial.Recipe.Name);
        TrialResult result = TrialResult.Of(trial) with { Seconds = 1 };
        if (failing.Contains(result.Name)) return Task.FromResult(result with { Error = "it diverged" });
        File.WriteAllBytes(folder.ModelOf(result.Name), new byte[10]);
        return Task.FromResult(result with { Measure = SearchFakes.Measure(errors: 5, macs: result.Name.Length) });
    }
}
