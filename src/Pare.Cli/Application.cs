using System.CommandLine;
using Pare.Cli.Output;

namespace Pare.Cli;

/// <summary>The program: parses the command line, runs a verb, and turns what comes of it into an exit code.</summary>
internal static class Application
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">The words after the program's name.</param>
    /// <param name="host">The outside world.</param>
    /// <param name="cancel">Asks the verb to stop and to keep what it has.</param>
    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> args, Host host, CancellationToken cancel = default)
    {
        var line = new CommandLine(CommandCatalog.Create());
        ParseResult parsed = line.Root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var terminal = new Terminal(host.Streams, line.OptionsOf(parsed), host.Time);
        if (line.WantsHelp(parsed))
        {
            line.WriteHelp(parsed, host.Streams);
            return ExitCode.Done;
        }
        if (parsed.GetValue(line.Version))
        {
            terminal.Line($"pare {CommandLine.ProgramVersion}");
            return ExitCode.Done;
        }
        if (parsed.Errors.Count > 0)
        {
            foreach (string fault in CommandLineFaults.Of(parsed, line)) terminal.Error(fault);
            terminal.Note($"See '{CommandLine.PathOf(parsed.CommandResult)} --help'.");
            return ExitCode.Usage;
        }
        Verb verb = line.VerbOf(parsed.CommandResult.Command);
        return await GuardAsync(() => verb.RunAsync(new Invocation(parsed, host, terminal, cancel)), terminal, args);
    }

    /// <summary>The one place where failures become messages and exit codes.</summary>
    private static async Task<ExitCode> GuardAsync(Func<Task<ExitCode>> run, Terminal terminal, IReadOnlyList<string> args)
    {
        try
        {
            return await run();
        }
        catch (Exception e)
        {
            Exception cause = e is AggregateException { InnerExceptions: [var only] } ? only : e;
            (ExitCode code, string message) = Explain(cause, args);
            if (code == ExitCode.Cancelled) terminal.Note(message);
            else terminal.Error(message);
            if (terminal.Options.Verbose && code != ExitCode.Cancelled) terminal.Note(cause.ToString());
            return code;
        }
    }

    private static (ExitCode Code, string Message) Explain(Exception e, IReadOnlyList<string> args) => e switch
    {
        OperationCanceledException => (ExitCode.Cancelled, e is CancelledException ? e.Message : "Cancelled."),
        UsageException or RecipeException => (ExitCode.Usage, e.Message),
        UnsupportedException => (ExitCode.Unsupported, e.Message),
        VerificationException => (ExitCode.VerificationFailed, e.Message),
        PareException => (ExitCode.Error, e.Message),
        IOException or UnauthorizedAccessException => (ExitCode.Error, e.Message),
        OutOfMemoryException => (ExitCode.Error, "There is not enough memory. Use a smaller batch, or a machine with more of it."),
        _ => (ExitCode.Error, BugReport(e, args)),
    };

    private static string BugReport(Exception e, IReadOnlyList<string> args) =>
        $"""
        this is a bug in Pare {CommandLine.ProgramVersion}, not a mistake of yours: {e.GetType().Name}: {e.Message}
        Please report it to Pare's developers with the lines below. Files that existed before are as they were.
          command: pare {string.Join(' ', args)}
          system:  {Environment.OSVersion}, .NET {Environment.Version}, {CpuFeatures.Detect().Describe()}, {Environment.ProcessorCount} processors
        {e.StackTrace}
        """;
}
