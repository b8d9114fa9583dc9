namespace Pare.Compression.Search;

/// <summary>Where a search keeps what it has.</summary>
/// <param name="Path">The folder; it must exist.</param>
public sealed record SearchFolder(string Path)
{
    /// <summary>The journal: a line for each finished trial.</summary>
    public string Journal => At("journal.jsonl");

    /// <summary>The report, written in the end.</summary>
    public string Report => At("search.json");

    /// <summary>The chosen model.</summary>
    public string Best => At("best.pare");

    /// <summary>The model of a trial.</summary>
    public string ModelOf(string trial) => At(trial + ".pare");

    /// <summary>Whether what a journal's line says is still there: the trial failed, or its model's file has the length it was measured with.</summary>
    public bool Holds(TrialResult result) =>
        result.Measure is null || new FileInfo(ModelOf(result.Name)) is { Exists: true, Length: var bytes } && bytes == result.Measure.Bytes;

    private string At(string name) => System.IO.Path.Combine(Path, name);
}
