using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using Pare.Cli.Output;

namespace Pare.Cli;

/// <summary>The verbs as a tree of commands, with the options that all of them have.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<Command, Verb> _verbs = [];
    private readonly Option<bool> _help = new("--help", "-h", "-?") { Description = "Shows what can be typed.", Recursive = true };
    private readonly Option<bool> _json = new("--json") { Description = "Prints one JSON object on standard output, and nothing else there.", Recursive = true };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Leaves out progress and notes.", Recursive = true };
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Shows where in the program an error arose.", Recursive = true };

    /// <summary>Builds the tree.</summary>
    public CommandLine(IReadOnlyCollection<Verb> verbs)
    {
        Verbs = verbs;
        Root = new Command("pare", "Pare takes a trained network and makes it small: it prunes, clusters and encodes the weights, and runs the result.");
        foreach (Option option in new Option[] { _help, Version, _json, _quiet, _verbose }) Root.Add(option);
        foreach (Verb verb in verbs) Root.Add(CommandOf(verb));
    }

    /// <summary>The version of the program.</summary>
    public static string ProgramVersion { get; } = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>The program's own command.</summary>
    public Command Root { get; }

    /// <summary>The verbs of the first level.</summary>
    public IReadOnlyCollection<Verb> Verbs { get; }

    /// <summary>Asks for the version.</summary>
    public Option<bool> Version { get; } = new("--version") { Description = "Shows the version." };

    /// <summary>The options that every verb has, for help.</summary>
    public IReadOnlyList<Option> Common => [_json, _quiet, _verbose, _help];

    /// <summary>"pare data get".</summary>
    public static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : command.Command.Name;

    /// <summary>The verb behind a command.</summary>
    public Verb VerbOf(Command command) => _verbs[command];

    /// <summary>True where help was asked for, or where only a group of verbs was named.</summary>
    public bool WantsHelp(ParseResult parsed) =>
        parsed.GetValue(_help) || (parsed.UnmatchedTokens.Count == 0 && parsed.CommandResult.Command.Subcommands.Count > 0 && !parsed.GetValue(Version));

    /// <summary>How much to say.</summary>
    public TerminalOptions OptionsOf(ParseResult parsed) => new(parsed.GetValue(_json), parsed.GetValue(_quiet), parsed.GetValue(_verbose));

    /// <summary>Writes the help of the command that was named.</summary>
    public void WriteHelp(ParseResult parsed, TerminalStreams streams)
    {
        Command command = parsed.CommandResult.Command;
        var help = new HelpWriter(streams.Out, streams.OutIsTerminal ? Math.Min(streams.Width, HelpWriter.Widest) : HelpWriter.Widest);
        if (command == Root) help.WriteProgram(this);
        else help.WriteVerb(PathOf(parsed.CommandResult), VerbOf(command), Common);
    }

    private Command CommandOf(Verb verb)
    {
        var command = new Command(verb.Name, verb.Summary);
        _verbs.Add(command, verb);
        foreach (Symbol symbol in verb.Symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }
        foreach (Verb child in verb.Children) command.Add(CommandOf(child));
        return command;
    }
}
