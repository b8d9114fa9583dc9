namespace Pare.Compression.Search;

/// <summary>What came of a trial: a line of the journal.</summary>
public sealed record TrialResult
{
    /// <summary>The version of the line's form that is written.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The form of the line.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The trial's identity.</summary>
    public ContentHash Trial { get; init; }

    /// <summary>Its name for people; its model is NAME.pare.</summary>
    public string Name { get; init; } = "";

    /// <summary>The model that it started from.</summary>
    public ContentHash Model { get; init; }

    /// <summary>The samples.</summary>
    public ContentHash Data { get; init; }

    /// <summary>The recipe as YAML, seed included.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>What was measured; null where the trial failed.</summary>
    public TrialMeasure? Measure { get; init; }

    /// <summary>Why the trial failed; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>What happened that the reader should know, or null.</summary>
    public string? Note { get; init; }

    /// <summary>What it took.</summary>
    public double Seconds { get; init; }

    /// <summary>The result of a trial, still without what was found.</summary>
    public static TrialResult Of(Trial trial) => new()
    {
        Trial = trial.Hash,
        Name = trial.Recipe.Name,
        Model = trial.Model,
        Data = trial.Data,
        Recipe = trial.Seeded.ToYaml(),
    };
}
