using System.Text;
using Spectre.Console;

namespace Pare.Cli.Output;

/// <summary>Progress bars on standard error, drawn by Spectre.Console.</summary>
internal sealed class BarDisplay : IWorkDisplay
{
    private const int TitleColumns = 28, BarColumns = 20;
    private readonly ProgressContext _context;
    private readonly IAnsiConsole _console;

    private BarDisplay(ProgressContext context, IAnsiConsole console) => (_context, _console) = (context, console);

    /// <summary>Draws while the work runs, and leaves the last state on the screen.</summary>
    public static Task<T> RunAsync<T>(TerminalStreams streams, Func<IWorkDisplay, Task<T>> work)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = streams.Color ? ColorSystemSupport.EightBit : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new Target(streams),
        });
        Progress progress = console.Progress().AutoClear(enabled: false).HideCompleted(enabled: false).Columns(
            new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarColumns }, new PercentageColumn(), new ElapsedTimeColumn(), new DetailColumn());
        return progress.StartAsync(context => work(new BarDisplay(context, console)));
    }

    public IWorkBar Start(string title) => new Bar(_context.AddTask(Markup.Escape(title.PadRight(TitleColumns)), maxValue: 1));

    public void Note(string text) => _console.WriteLine(text);

    private sealed class Bar(ProgressTask task) : IWorkBar
    {
        public void Report(double fraction, string detail = "")
        {
            task.Value = Math.Clamp(fraction, 0, 1);
            task.State.Update<Detail>(DetailColumn.Key, _ => new Detail(detail));
        }

        public void Dispose()
        {
            task.Value = 1;
            task.StopTask();
        }
    }

    // The state of a task holds structures alone.
    private readonly record struct Detail(string Text);

    private sealed class DetailColumn : ProgressColumn
    {
        public const string Key = "detail";

        protected override bool NoWrap => true;

        public override Spectre.Console.Rendering.IRenderable Render(Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.State.Get<Detail>(Key).Text ?? "") { Overflow = Overflow.Ellipsis };
    }

    private sealed class Target(TerminalStreams streams) : IAnsiConsoleOutput
    {
        public TextWriter Writer => streams.Error;

        public bool IsTerminal => true;

        public int Width => streams.Width;

        public int Height => 50;

        public void SetEncoding(Encoding encoding) { }
    }
}
