namespace Pare.Compression.Data;

/// <summary>Which batches a <see cref="BatchLoader"/> gives, from where on, and for how long.</summary>
public sealed record BatchOptions
{
    /// <summary>Samples a batch, at least 1.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>Whether each epoch has an order of its own, drawn from (seed, epoch); else samples come in their stored order.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Whether a last batch that would be short is left out.</summary>
    public bool DropLast { get; init; }

    /// <summary>Seed of order and augmentation.</summary>
    public ulong Seed { get; init; }

    /// <summary>Random changes of the pictures.</summary>
    public Augmentation Augmentation { get; init; } = Augmentation.None;

    /// <summary>The epoch to begin with, from 0 on: training that resumes gives the one it stopped in.</summary>
    public int StartEpoch { get; init; }

    /// <summary>The batch of that epoch to begin with, from 0 on.</summary>
    public int StartBatch { get; init; }

    /// <summary>The epoch to stop before; <see cref="int.MaxValue"/> for no end. One epoch by default.</summary>
    public int EndEpoch { get; init; } = 1;
}
