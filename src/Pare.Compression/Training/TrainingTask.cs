using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Pare.Compression.Data;

namespace Pare.Compression.Training;

/// <summary>What is trained, on what, and how.</summary>
/// <param name="Model">A network that classifies: one input F32[N, ...], the first output F32[N, classes].</param>
/// <param name="Data">Labelled samples; a validation split is taken out of them unless <see cref="Validation"/> is given.</param>
/// <param name="Settings">How.</param>
public sealed record TrainingTask(Model Model, DataSet Data, TrainingSettings Settings)
{
    /// <summary>How samples become inputs; null: as the model's metadata says, else <see cref="Preprocessing.DefaultFor"/>. It is written to the trained model's metadata.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>Samples to choose the best epoch with; null: a split of <see cref="Data"/> by <see cref="TrainingSettings.Validation"/>.</summary>
    public DataSet? Validation { get; init; }

    /// <summary>Names of the weights that train; null: all. The others, and batch norms of which nothing trains, keep their values.</summary>
    public ImmutableHashSet<string>? Weights { get; init; }

    /// <summary>The network to learn from where <see cref="TrainingSettings.TeacherShare"/> is over 0: of the same input and classes.</summary>
    public Model? Teacher { get; init; }

    /// <summary>What is made small; null: as <see cref="TrainingSettings.Goal"/> says, cross-entropy with the settings' label smoothing.</summary>
    public Loss? Loss { get; init; }

    /// <summary>The clock, for progress and figures of speed; results do not depend on it.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>SHA-256 over all that decides the result: settings without threads and files, the model, the data.</summary>
    internal byte[] Fingerprint(Preprocessing preprocessing, DataSet train, DataSet? validation, TrainableWeights weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));
        foreach (System.Reflection.PropertyInfo p in typeof(TrainingSettings).GetProperties().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            if (p.Name is nameof(TrainingSettings.Threads) or nameof(TrainingSettings.Checkpoint) or nameof(TrainingSettings.CheckpointEvery)) continue;
            object? value = p.GetValue(Settings);
            Add($"{p.Name}={(value is System.Collections.IEnumerable list and not string ? string.Join(",", list.Cast<object>()) : Convert.ToString(value, CultureInfo.InvariantCulture))}");
        }
        foreach ((string key, string value) in preprocessing.ToMetadata().OrderBy(p => p.Key, StringComparer.Ordinal)) Add($"{key}={value}");
        Add($"loss={Loss?.GetType().FullName}");
        foreach (string weight in Settings.TeacherShare > 0 ? Teacher!.WeightsInOrder() : [])
        {
            Add($"teacher {weight}");
            hash.AppendData(MemoryMarshal.AsBytes<float>(Teacher!.Weights[weight].ToArray()));
        }
        Add(train.ContentHash);
        Add(validation?.ContentHash ?? "");
        foreach (Node node in Model.Nodes) Add($"{node.Name}|{node.Operator}|{string.Join(",", node.Inputs)}|{string.Join(",", node.Outputs)}");
        foreach (TrainableLeaf leaf in weights.Leaves)
        {
            Add($"{leaf.Path}|{leaf.Trains}");
            hash.AppendData(MemoryMarshal.AsBytes(leaf.Values));
        }
        return hash.GetHashAndReset();
    }
}
