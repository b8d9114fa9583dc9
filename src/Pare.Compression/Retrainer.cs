using Pare.Compression.Data;
using Pare.Compression.Training;

namespace Pare.Compression;

/// <summary>Retrains by <see cref="Trainer"/>.</summary>
/// <param name="clock">For figures of speed; results do not depend on it.</param>
/// <param name="preprocessing">How samples become inputs; null for what the model says itself.</param>
/// <param name="checkpoints">
/// How the names of checkpoint files begin; the number of the training follows. What is there already is gone on from, so that the same
/// trainings in the same order take up where they were cut off. Null: none are kept, and the retrainer may serve several threads.
/// </param>
public sealed class Retrainer(TimeProvider clock, Preprocessing? preprocessing = null, string? checkpoints = null) : IRetrainer
{
    private int _trainings;

    /// <summary>The checkpoint file of a training.</summary>
    /// <param name="checkpoints">How names of checkpoint files begin.</param>
    /// <param name="training">From 1.</param>
    public static string CheckpointFile(string checkpoints, int training) => $"{checkpoints}{training}";

    /// <summary>Deletes the checkpoints of the trainings so far: for when what they led to is saved.</summary>
    public void DeleteCheckpoints()
    {
        for (; _trainings > 0; _trainings--) File.Delete(CheckpointFile(checkpoints!, _trainings));
    }

    /// <inheritdoc/>
    /// <exception cref="RecipeException">The loss became infinite or NaN, or a checkpoint belongs to another training.</exception>
    /// <exception cref="ModelException">A checkpoint is damaged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled: half a training is no result.</exception>
    public Model Retrain(Model model, TrainingSettings settings, CompressionContext context, CancellationToken cancel)
    {
        string? checkpoint = checkpoints is null ? null : CheckpointFile(checkpoints, ++_trainings);
        var task = new TrainingTask(model, context.Training!, Settle(settings, context) with { Checkpoint = checkpoint }) { Validation = context.Validation, Teacher = context.Teacher, Preprocessing = preprocessing, Clock = clock };
        TrainingResult result = Trainer.Train(task, new Forward(context), cancel);
        return result.Reason switch
        {
            StopReason.Diverged => throw new RecipeException($"Retraining failed. {result.Message}"),
            StopReason.Cancelled => throw new OperationCanceledException(cancel),
            _ => result.Model,
        };
    }

    // A recipe's seed decides unless the training has one of its own.
    private static TrainingSettings Settle(TrainingSettings settings, CompressionContext context) => settings with
    {
        Seed = settings.Seed == 0 ? context.Seed : settings.Seed,
        Threads = settings.Threads == 0 ? context.Threads : settings.Threads,
        Validation = context.Validation is null ? 0 : settings.Validation,
    };

    private sealed class Forward(CompressionContext context) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => context.Report(
            "retraining", $"epoch {value.Epoch} of {value.Epochs}, loss {value.Loss:F4}",
            value.Epochs == 0 || value.Steps == 0 ? 0 : (value.Epoch - 1 + (double)value.Step / value.Steps) / value.Epochs);
    }
}
