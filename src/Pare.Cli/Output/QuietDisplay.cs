namespace Pare.Cli.Output;

/// <summary>Shows nothing.</summary>
internal sealed class QuietDisplay : IWorkDisplay, IWorkBar
{
    public static QuietDisplay Instance { get; } = new();

    public IWorkBar Start(string title) => this;

    public void Note(string text) { }

    public void Report(double fraction, string detail = "") { }

    public void Dispose() { }
}
