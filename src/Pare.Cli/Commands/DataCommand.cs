using System.Collections.Immutable;

namespace Pare.Cli.Commands;

/// <summary>Groups what concerns data sets.</summary>
internal sealed class DataCommand() : Verb("data", "Data sets that are known by name.")
{
    public override ImmutableArray<Verb> Children { get; } = [new DataListCommand(), new DataGetCommand()];
}
