using System.Collections.Immutable;
using System.CommandLine;

namespace Pare.Cli;

/// <summary>Something that the program does. It declares its options and runs; printing help, parsing and exit codes are not its concern.</summary>
/// <param name="name">What the user types.</param>
/// <param name="summary">One line for the list of verbs.</param>
internal abstract class Verb(string name, string summary) : INamed
{
    /// <inheritdoc/>
    public string Name => name;

    /// <summary>One line for the list of verbs.</summary>
    public string Summary => summary;

    /// <summary>What else its help should say; paragraphs apart by an empty line.</summary>
    public virtual string Details => "";

    /// <summary>Command lines that show it, without the program's name.</summary>
    public virtual ImmutableArray<string> Examples => [];

    /// <summary>Its arguments and options in the order of help.</summary>
    public virtual IEnumerable<Symbol> Symbols => [];

    /// <summary>Verbs below this one, as <c>list</c> below <c>data</c>; with any, this one cannot run itself.</summary>
    public virtual ImmutableArray<Verb> Children => [];

    /// <summary>Does it.</summary>
    public virtual Task<ExitCode> RunAsync(Invocation run) => throw new NotSupportedException($"'{Name}' only groups other verbs.");
}
