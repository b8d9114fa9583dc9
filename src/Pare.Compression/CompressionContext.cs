using Pare.Compression.Data;
using Pare.Compression.Reporting;
using Pare.Compression.Training;

namespace Pare.Compression;

/// <summary>What a method may use beside the model. A method reads no files, prints nothing and picks no layers.</summary>
public sealed record CompressionContext
{
    /// <summary>Labelled samples to train on, or null.</summary>
    public DataSet? Training { get; init; }

    /// <summary>Samples to watch activations on, labelled or not; null: those of <see cref="Training"/>.</summary>
    public DataSet? Calibration { get; init; }

    /// <summary>Labelled samples to choose by, never trained on, or null.</summary>
    public DataSet? Validation { get; init; }

    /// <summary>The network that retraining may learn from; a <see cref="Compressor"/> takes the model as it came where this is null.</summary>
    public Model? Teacher { get; init; }

    /// <summary>Decides everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>How many threads may work; results do not depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Hears how the work goes, or null.</summary>
    public IProgress<CompressionProgress>? Progress { get; init; }

    /// <summary>Hears what the reader of the report should know, or null.</summary>
    public Action<string>? Warnings { get; init; }

    /// <summary>Takes the curve that a method chose a point of, for the report; or null.</summary>
    public Action<WidthCurve>? Curves { get; init; }

    /// <summary>Trains models, or null.</summary>
    public IRetrainer? Retrainer { get; init; }

    /// <summary>How to train where a step says nothing of its own.</summary>
    public TrainingSettings TrainingDefaults { get; init; } = new();

    /// <summary>A generator of its own for each name, so that one layer's draws do not depend on another's.</summary>
    public Rng Rng(string name)
    {
        ulong stream = 0xCBF29CE484222325; // FNV-1a
        foreach (char c in name) stream = (stream ^ c) * 0x100000001B3;
        return new Rng(Seed, stream);
    }

    /// <summary>Tells how the work goes.</summary>
    /// <param name="method">The method's name.</param>
    /// <param name="what">What is worked on.</param>
    /// <param name="fraction">From 0 to 1.</param>
    public void Report(string method, string what, double fraction) => Progress?.Report(new CompressionProgress(method, what, fraction));

    /// <summary>Says what the reader of the report should know: data that look wrong, layers that were left out.</summary>
    public void Warn(string message) => Warnings?.Invoke(message);

    /// <summary>Some samples to watch activations on, chosen by the seed.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    /// <exception cref="RecipeException">There is no data.</exception>
    public DataSet CalibrationSamples(int count)
    {
        DataSet all = Calibration ?? Training ?? throw new RecipeException("Calibration needs samples. Name a data set (--data, or 'data:' in the recipe).");
        return all.Count <= count ? all : all.Split(count, Seed).Validation;
    }

    /// <summary>Trains the leaves of a model as they are encoded: kept weights, centroids.</summary>
    /// <exception cref="RecipeException">There is no training data.</exception>
    public Model Retrain(Model model, TrainingSettings settings, CancellationToken cancel) => Retrainer is not null && Training is not null
        ? Retrainer.Retrain(model, settings, this, cancel)
        : throw new RecipeException("Retraining needs data. Name a data set (--data, or 'data:' in the recipe), or take the retraining out.");
}
