using System.Collections.Immutable;

namespace Pare.Cli.Commands;

/// <summary>Groups what finds out where a network loses.</summary>
internal sealed class DebugCommand() : Verb("debug", "Finds out where a compressed network loses, node by node.")
{
    public override ImmutableArray<Verb> Children { get; } = [new DebugQuantizationCommand()];
}
