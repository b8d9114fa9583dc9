using Pare.Compression.Data;
using Pare.Runtime;

namespace Pare.Compression.Evaluation;

/// <summary>How a network is measured. No result depends on batch size or threads, but for rounding that follows the batch size in some kernels.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Samples a run; a model that fixes its batch length keeps that.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>Threads and processor features, without <see cref="PlanOptions.Tuning"/>: what is measured here may not depend on the machine's mood.</summary>
    /// <exception cref="ArgumentException">It has a tuning.</exception>
    public PlanOptions Plan
    {
        get;
        init => field = value.Tuning is null ? value
            : throw new ArgumentException("The plan's options have a Tuning; evaluation takes the kernels of the cost model, so set it to null.", nameof(value));
    } = new();

    /// <summary>How samples become inputs; null: as the model's metadata says, else <see cref="Preprocessing.DefaultFor"/>.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The preprocessing that holds for a model and a data set, checked against what the model was trained on.</summary>
    /// <exception cref="DataException">The inputs are not in the range that the model was trained on.</exception>
    internal static Preprocessing PreprocessingFor(Model model, DataSet data, Preprocessing? given)
    {
        Preprocessing? stored = Preprocessing.FromMetadata(model.Metadata.Properties);
        Preprocessing used = given is null ? stored ?? Preprocessing.DefaultFor(data) : given with { Trained = given.Trained ?? stored?.Trained };
        used.Check(data);
        return used;
    }
}
