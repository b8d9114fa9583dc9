using Pare.Cli.Output;

namespace Pare.EndToEnd.Tests.Cli;

public class TerminalTests
{
    [Theory]
    [InlineData(true, "[31m")]
    [InlineData(false, "error: broken")]
    public void Error_OnATerminal_IsColouredWhereColoursMayBe(bool color, string expected)
    {
        (Terminal terminal, _, StringWriter error) = Make(new TerminalOptions(), isTerminal: true, color);
        terminal.Error("broken");
        error.ToString().ShouldContain(expected);
    }

    [Fact]
    public void Error_IntoAFile_HasNoEscapes()
    {
        (Terminal terminal, _, StringWriter error) = Make(new TerminalOptions(), isTerminal: false, color: true);
        terminal.Error("broken");
        error.ToString().ShouldBe($"error: broken{Environment.NewLine}");
    }

    [Fact]
    public void Work_IntoAFile_WritesABeginningAndAnEnd()
    {
        (Terminal terminal, StringWriter output, StringWriter error) = Make(new TerminalOptions(), isTerminal: false, color: true);
        Work(terminal);
        string[] lines = error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldBe("Training ...");
        lines[1].ShouldStartWith("Training: ");
        lines[1].ShouldEndWith(", epoch 1/1");
        output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Work_OnATerminal_DrawsABar()
    {
        (Terminal terminal, StringWriter output, StringWriter error) = Make(new TerminalOptions(), isTerminal: true, color: false);
        Work(terminal);
        error.ToString().ShouldContain("Training");
        error.ToString().ShouldContain("100%");
        output.ToString().ShouldBeEmpty();
    }

    [Fact]
    public void Work_Quiet_SaysNothing()
    {
        (Terminal terminal, _, StringWriter error) = Make(new TerminalOptions(Json: false, Quiet: true, Verbose: false), isTerminal: true, color: true);
        Work(terminal);
        terminal.Note("by the way");
        error.ToString().ShouldBeEmpty();
    }

    private static void Work(Terminal terminal) => terminal.Work(display =>
    {
        using IWorkBar bar = display.Start("Training");
        bar.Report(0.5, "epoch 1/1");
        return 0;
    });

    private static (Terminal Terminal, StringWriter Out, StringWriter Error) Make(TerminalOptions options, bool isTerminal, bool color)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        return (new Terminal(new TerminalStreams(output, error, isTerminal, isTerminal, 100, color), options, TimeProvider.System), output, error);
    }
}
