using System.Collections.Immutable;

namespace Pare.Compression.Training;

/// <summary>What a training graph is made for.</summary>
public sealed record TrainingGraphOptions
{
    /// <summary>Samples of one step. A model that fixes its batch length is made anew for this one.</summary>
    public required int Batch { get; init; }

    /// <summary>Names of the weights that train; null: all but the statistics of batch norms. The others stay weights.</summary>
    public IEnumerable<string>? Weights { get; init; }

    /// <summary>Lengths of open names in the input's shape other than the batch.</summary>
    public ImmutableDictionary<string, long> Bindings { get; init; } = ImmutableDictionary<string, long>.Empty;

    /// <summary>What is made small.</summary>
    public Loss Loss { get; init; } = new CrossEntropy();

    /// <summary>How much of the loss follows a teacher, or null.</summary>
    public Distillation? Distillation { get; init; }

    /// <summary>Batch norms keep and use the statistics that they have.</summary>
    public bool FreezeBatchNorm { get; init; }
}
