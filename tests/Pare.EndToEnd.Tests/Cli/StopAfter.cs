namespace Pare.EndToEnd.Tests.Cli;

/// <summary>Presses Ctrl-C when a line has a text.</summary>
internal sealed class StopAfter(string text, CancellationTokenSource cancel) : StringWriter
{
    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains(text, StringComparison.Ordinal) == true) cancel.Cancel();
    }
}
