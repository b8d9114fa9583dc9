using Pare.Compression;
using Pare.Compression.Search;

namespace Pare.Cli.Output;

/// <summary>A bar for each trial, and after each a line that says how long the others will take.</summary>
internal sealed class SearchBars(IWorkDisplay display, TimeProvider time) : IProgress<SearchProgress>, IProgress<CompressionProgress>, IDisposable
{
    private IWorkBar? _bar;
    private long _started;
    private TimeSpan _spent;
    private double _step;
    private int _steps = 1, _tried;

    public void Report(SearchProgress value)
    {
        string name = value.Trial.Recipe.Name;
        if (value.Result is null)
        {
            (_step, _steps, _started) = (0, Math.Max(1, value.Trial.Recipe.Steps.Length), time.GetTimestamp());
            _bar = display.Start($"{value.Number}/{value.Count} {name}");
            return;
        }
        if (value.Known)
        {
            display.Note($"{value.Number}/{value.Count} {name}: known from the journal, {Text(value.Result)}");
            return;
        }
        _bar?.Report(1, Text(value.Result));
        _bar?.Dispose();
        _bar = null;
        // To measure the original takes no time beside the others, and says nothing of them.
        if (value.Trial.Recipe.Steps.Length > 0) (_spent, _tried) = (_spent + time.GetElapsedTime(_started), _tried + 1);
        int left = value.Count - value.Number;
        if (left > 0 && _tried > 0) display.Note($"{value.Number} of {value.Count} trials are done, about {Units.Time(_spent * left / _tried)} left.");
    }

    public void Report(CompressionProgress value)
    {
        if (value.Activity == "step")
        {
            _step = value.Fraction;
            _bar?.Report(_step, value.Item);
        }
        else _bar?.Report(_step + value.Fraction / _steps, value.Item.Length == 0 ? value.Activity : $"{value.Activity}: {value.Item}");
    }

    public void Dispose() => _bar?.Dispose();

    private static string Text(TrialResult result) => result.Measure is { } measure
        ? $"error {Units.Percent(measure.Validation.Error)}, {Units.Count(measure.Macs)} MACs, {Units.Bytes(measure.Bytes)}"
        : $"failed: {result.Error}";
}
