using System.CommandLine;
using Pare.Cli.Output;

namespace Pare.Cli;

/// <summary>One run of a verb.</summary>
/// <param name="Arguments">What the user typed, parsed.</param>
/// <param name="Host">The outside world.</param>
/// <param name="Terminal">Where to write.</param>
/// <param name="Cancel">Cancelled by Ctrl-C.</param>
internal sealed record Invocation(ParseResult Arguments, Host Host, Terminal Terminal, CancellationToken Cancel)
{
    /// <summary>The value of an option, or its default.</summary>
    public T? Get<T>(Option<T> option) => Arguments.GetValue(option);

    /// <summary>The value of an argument that must be there.</summary>
    public T Get<T>(Argument<T> argument) where T : notnull => Arguments.GetRequiredValue(argument);

    /// <summary>Whether the user typed the option.</summary>
    public bool Has(Option option) => Arguments.GetResult(option) is { Implicit: false };
}
