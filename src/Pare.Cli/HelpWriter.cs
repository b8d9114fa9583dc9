using System.CommandLine;
using Pare.Cli.Output;

namespace Pare.Cli;

/// <summary>Writes help: what can be typed, what it means, what it is by default, and lines to copy.</summary>
internal sealed class HelpWriter(TextWriter output, int width)
{
    /// <summary>Longer lines are hard to read.</summary>
    public const int Widest = 110;

    private const int LongestTerm = 30;

    /// <summary>The program's own help.</summary>
    public void WriteProgram(CommandLine line)
    {
        Paragraph(line.Root.Description ?? "");
        Section("Usage", ["pare VERB [ARGUMENTS] [OPTIONS]"]);
        Section("Verbs", [.. line.Verbs.SelectMany(v => v.Children.IsEmpty ? [(v.Name, v.Summary)] : v.Children.Select(c => ($"{v.Name} {c.Name}", c.Summary)))]);
        Section("Options of every verb", [.. line.Common.Append(line.Version).Select(o => (Term(o), o.Description ?? ""))]);
        Section("Environment", [
            ("PARE_DATA", "Folders of data sets, searched before the cache."),
            ("PARE_CACHE", "Folder of what is fetched; by default 'pare' in the user's cache folder."),
            ("PARE_MIRRORS", "Addresses that 'pare data get' tries instead of each set's own."),
            ("NO_COLOR", "Switches colours off."),
        ]);
        Section("Exit codes", ["0 done, 1 error, 2 usage or settings, 3 goal missed (best so far saved), 4 unsupported,", "5 verification failed, 130 cancelled"]);
        Section("To begin with", ["pare demo", "pare VERB --help"]);
    }

    /// <summary>The help of a verb.</summary>
    public void WriteVerb(string path, Verb verb, IReadOnlyList<Option> common)
    {
        Paragraph(verb.Summary);
        foreach (string paragraph in verb.Details.Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            output.WriteLine();
            Paragraph(paragraph.ReplaceLineEndings(" "));
        }
        List<Argument> arguments = [.. verb.Symbols.OfType<Argument>()];
        List<Option> options = [.. verb.Symbols.OfType<Option>().Where(o => !o.Hidden)];
        if (verb.Children.IsEmpty)
            Section("Usage", [string.Join(' ', [path, .. arguments.Select(Usage), .. options.Where(o => o.Required).Select(Term), "[OPTIONS]"])]);
        else
            Section("Usage", [.. verb.Children.Select(c => string.Join(' ', [path, c.Name, .. c.Symbols.OfType<Argument>().Select(Usage), "[OPTIONS]"]))]);
        Section("Verbs", [.. verb.Children.Select(c => (c.Name, c.Summary))]);
        Section("Arguments", [.. arguments.Select(a => (NameOf(a), a.Description ?? ""))]);
        Section("Options", [.. options.Select(o => (Term(o), o.Description ?? ""))]);
        Section("Options of every verb", [.. common.Select(o => (Term(o), o.Description ?? ""))]);
        Section("Examples", [.. verb.Examples.Select(e => "pare " + e)]);
    }

    private static string NameOf(Argument argument) => argument.HelpName ?? argument.Name.ToUpperInvariant();

    private static string Usage(Argument argument)
    {
        string name = argument.Arity.MaximumNumberOfValues > 1 ? NameOf(argument) + "..." : NameOf(argument);
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static string Term(Option option)
    {
        string names = string.Join(", ", option.Aliases.Where(a => a != "-?").Append(option.Name).OrderBy(n => n.Length));
        return option.ValueType == typeof(bool) ? names : $"{names} {option.HelpName ?? "VALUE"}";
    }

    private void Section(string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        output.WriteLine();
        output.WriteLine(title + ":");
        foreach (string line in lines) output.WriteLine("  " + line);
    }

    private void Section(string title, IReadOnlyList<(string Term, string Text)> rows)
    {
        if (rows.Count == 0) return;
        output.WriteLine();
        output.WriteLine(title + ":");
        int column = rows.Where(r => r.Term.Length <= LongestTerm).Select(r => r.Term.Length).DefaultIfEmpty(LongestTerm).Max() + 4;
        foreach ((string term, string text) in rows)
        {
            string first = "  " + term.PadRight(column - 2);
            if (term.Length > column - 4)
            {
                output.WriteLine("  " + term);
                first = new string(' ', column);
            }
            foreach (string line in WordWrap.Lines(text, width - column))
            {
                output.WriteLine((first + line).TrimEnd());
                first = new string(' ', column);
            }
        }
    }

    private void Paragraph(string text)
    {
        foreach (string line in WordWrap.Lines(text, width)) output.WriteLine(line);
    }
}
