using Pare.Compression.Training;

namespace Pare.Compression;

/// <summary>Trains a model's leaves; methods need to know no more of training.</summary>
public interface IRetrainer
{
    /// <summary>Trains on <see cref="CompressionContext.Training"/> and returns the best state on <see cref="CompressionContext.Validation"/>.</summary>
    /// <param name="model">The model; every leaf keeps its place in its tree.</param>
    /// <param name="settings">Epochs, rate and the rest.</param>
    /// <param name="context">Data, seed, threads, progress.</param>
    /// <param name="cancel">Stops the work.</param>
    Model Retrain(Model model, TrainingSettings settings, CompressionContext context, CancellationToken cancel);
}
