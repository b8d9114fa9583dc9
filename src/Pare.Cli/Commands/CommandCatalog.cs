using System.Collections.Immutable;
using Pare.Cli.Commands;

namespace Pare.Cli;

/// <summary>The verbs of the program, in the order of help.</summary>
internal static class CommandCatalog
{
    /// <summary>New objects at each call: parsing links them together.</summary>
    public static ImmutableArray<Verb> Create() =>
    [
        new DemoCommand(),
        new NewCommand(),
        new TrainCommand(),
        new CompressCommand(),
        new SearchCommand(),
        new EvalCommand(),
        new RunCommand(),
        new InfoCommand(),
        new AdviseCommand(),
        new CheckCommand(),
        new DebugCommand(),
        new ConvertCommand(),
        new BenchCommand(),
        new DataCommand(),
    ];
}
