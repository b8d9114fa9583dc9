using Pare.Compression;

namespace Pare.Cli.Output;

/// <summary>A bar for each step of a recipe; what happens within it is the detail.</summary>
internal sealed class CompressionBars(IWorkDisplay display) : IProgress<CompressionProgress>, IDisposable
{
    private const string StepActivity = "step", ValidationActivity = "validation";
    private IWorkBar? _bar;

    public void Report(CompressionProgress value)
    {
        if (value.Activity == StepActivity)
        {
            _bar?.Dispose();
            _bar = display.Start("Step " + value.Item.Replace(": ", " ", StringComparison.Ordinal));
            return;
        }
        _bar ??= display.Start("Measuring the original");
        if (value.Activity == ValidationActivity) _bar.Report(1);
        else _bar.Report(value.Fraction, value.Item.Length == 0 ? value.Activity : $"{value.Activity}: {value.Item}");
    }

    public void Dispose() => _bar?.Dispose();
}
