using System.CommandLine;
using System.CommandLine.Parsing;

namespace Pare.Cli;

/// <summary>Says what is wrong with a command line, and what was probably meant.</summary>
internal static class CommandLineFaults
{
    /// <summary>One text for each fault.</summary>
    public static IEnumerable<string> Of(ParseResult parsed, CommandLine line)
    {
        Command command = parsed.CommandResult.Command;
        string path = CommandLine.PathOf(parsed.CommandResult);

        // A word that fits nowhere makes the parser miss what should have stood in its place as well: the word is the better message.
        List<string> unknown = [.. parsed.UnmatchedTokens];
        foreach (string word in unknown)
        {
            bool option = word.StartsWith('-');
            IEnumerable<string> known = option
                ? command.Options.Where(o => !o.Hidden).Concat(line.Common).SelectMany(o => o.Aliases.Prepend(o.Name)).Where(n => n.StartsWith("--", StringComparison.Ordinal))
                : command.Subcommands.Select(c => c.Name);
            string what = option ? "has no option" : command.Subcommands.Count > 0 ? "has no verb" : "does not expect";
            // Below a verb there are few enough to name them all.
            string there = !option && command is not RootCommand && command.Subcommands.Count > 0 ? $" It has: {string.Join(", ", command.Subcommands.Select(c => c.Name))}." : "";
            yield return $"'{path}' {what} '{word}'.{Closest.Hint(word, known)}{there}";
        }
        if (unknown.Count > 0) yield break;
        foreach (ParseError error in parsed.Errors) yield return Text(error, path);
    }

    private static string Text(ParseError error, string path) => error.SymbolResult switch
    {
        CommandResult result when result.Command.Arguments.FirstOrDefault(a => result.GetResult(a) is null or { Tokens.Count: 0 } && a.Arity.MinimumNumberOfValues > 0) is { } missing
            => $"'{path}' needs {missing.HelpName ?? missing.Name.ToUpperInvariant()}: {missing.Description}",
        ArgumentResult { Tokens.Count: 0 } argument => $"'{path}' needs {argument.Argument.HelpName ?? argument.Argument.Name.ToUpperInvariant()}: {argument.Argument.Description}",
        OptionResult option when option.Tokens.Count == 0 && option.Option.ValueType != typeof(bool) && option.IdentifierToken is not null
            => $"'{option.Option.Name}' needs a value: {option.Option.Description}",
        OptionResult option when option.Tokens.Count == 0 => $"'{path}' needs {option.Option.Name}: {option.Option.Description}",
        OptionResult option when option.Tokens.Count > 1 && option.Option.Arity.MaximumNumberOfValues == 1
            => $"'{option.Option.Name}' is given {option.Tokens.Count} times; give it once.",
        _ => error.Message,
    };
}
