using Pare.Compression.Training;

namespace Pare.Cli.Output;

/// <summary>Shows training as one bar with what the last epoch gave.</summary>
internal sealed class TrainingBar(IWorkDisplay display, string title) : IProgress<TrainingProgress>, IDisposable
{
    private readonly IWorkBar _bar = display.Start(title);
    private string _last = "";

    public void Report(TrainingProgress value)
    {
        if (value.Finished is { } epoch)
            _last = double.IsFinite(epoch.ValidationAccuracy) ? $", validation error {Units.Percent(1 - epoch.ValidationAccuracy)}" : $", loss {epoch.Loss:0.000}";
        double done = value.Finished is null ? value.Epoch - 1 + (double)value.Step / Math.Max(1, value.Steps) : value.Epoch;
        _bar.Report(done / Math.Max(1, value.Epochs), $"epoch {value.Epoch}/{value.Epochs}{_last}");
    }

    public void Dispose() => _bar.Dispose();
}
