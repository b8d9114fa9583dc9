namespace Pare.Compression.Training;

/// <summary>Retrains with <see cref="Trainer"/>: the best epoch on the validation samples counts, or the last one where there are none.</summary>
public sealed class Retrainer : IRetrainer
{
    private const string Activity = "retrain";

    /// <inheritdoc/>
    /// <remarks>Where it is cancelled, the best epoch so far is returned. A seed of 0 in the settings stands for that of the context.</remarks>
    /// <exception cref="RecipeException">There is no training data, or a setting is wrong.</exception>
    public Model Retrain(Model model, TrainingSettings settings, CompressionContext context, CancellationToken cancel)
    {
        var task = new TrainingTask(
            model, context.Training ?? throw new RecipeException("Retraining needs training data, and there is none."),
            settings with { Seed = settings.Seed == 0 ? context.Seed : settings.Seed, Threads = context.Threads, Validation = 0, Checkpoint = null })
        { Validation = context.Validation };
        return Trainer.Train(task, new Reports(context), cancel).Model;
    }

    private sealed class Reports(CompressionContext context) : IProgress<TrainingProgress>
    {
        private string _last = "";

        public void Report(TrainingProgress value)
        {
            if (value.Finished is { } epoch && double.IsFinite(epoch.ValidationAccuracy))
                _last = FormattableString.Invariant($", validation error {100 * (1 - epoch.ValidationAccuracy):0.00} %");
            double epochs = value.Finished is null ? value.Epoch - 1 + (double)value.Step / Math.Max(1, value.Steps) : value.Epoch;
            context.Report(Activity, $"epoch {value.Epoch}/{value.Epochs}{_last}", epochs / Math.Max(1, value.Epochs));
        }
    }
}
