using Pare.Compression.Data;
using Pare.Compression.Training;

namespace Pare.Compression;

/// <summary>Retrains by <see cref="Trainer"/>.</summary>
/// <param name="clock">For figures of speed; results do not depend on it.</param>
/// <param name="preprocessing">How samples become inputs; null for what the model says itself.</param>
public sealed class Retrainer(TimeProvider clock, Preprocessing? preprocessing = null) : IRetrainer
{
    /// <inheritdoc/>
    /// <exception cref="RecipeException">The loss became infinite or NaN.</exception>
    public Model Retrain(Model model, TrainingSettings settings, CompressionContext context, CancellationToken cancel)
    {
        var task = new TrainingTask(model, context.Training!, Settle(settings, context)) { Validation = context.Validation, Teacher = context.Teacher, Preprocessing = preprocessing, Clock = clock };
        TrainingResult result = Trainer.Train(task, new Forward(context), cancel);
        return result.Reason == StopReason.Diverged ? throw new RecipeException($"Retraining failed. {result.Message}") : result.Model;
    }

    // A recipe's seed decides unless the training has one of its own.
    private static TrainingSettings Settle(TrainingSettings settings, CompressionContext context) => settings with
    {
        Seed = settings.Seed == 0 ? context.Seed : settings.Seed,
        Threads = settings.Threads == 0 ? context.Threads : settings.Threads,
        Validation = context.Validation is null ? 0 : settings.Validation,
        Checkpoint = null,
    };

    private sealed class Forward(CompressionContext context) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => context.Report(
            "retraining", $"epoch {value.Epoch} of {value.Epochs}, loss {value.Loss:F4}",
            value.Epochs == 0 || value.Steps == 0 ? 0 : (value.Epoch - 1 + (double)value.Step / value.Steps) / value.Epochs);
    }
}
