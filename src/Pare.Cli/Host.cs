using System.Collections.Immutable;
using Pare.Cli.Output;
using Pare.Compression.Data;

namespace Pare.Cli;

/// <summary>Everything of the outside world that verbs may know; a test gives its own.</summary>
internal sealed record Host
{
    /// <summary>Where results and messages go.</summary>
    public required TerminalStreams Streams { get; init; }

    /// <summary>An environment variable, or null where it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The user's home folder.</summary>
    public required string Home { get; init; }

    /// <summary>Processors that may be used.</summary>
    public required int Processors { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The world as the process finds it.</summary>
    public static Host OfProcess() => new()
    {
        Streams = TerminalStreams.OfProcess(),
        Variable = Environment.GetEnvironmentVariable,
        Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        Processors = Environment.ProcessorCount,
    };

    /// <summary>Where data sets are looked for: the folders of <c>PARE_DATA</c>, then the cache.</summary>
    public DataLocations Data => new(List("PARE_DATA", Path.PathSeparator), Path.Combine(Cache, "data"));

    /// <summary><c>PARE_CACHE</c>, or <c>pare</c> in the user's cache folder.</summary>
    public string Cache =>
        Set("PARE_CACHE") ?? Path.Combine(Set("XDG_CACHE_HOME") ?? Path.Combine(Home, ".cache"), "pare");

    /// <summary>Mirrors to fetch from instead of each set's own: <c>PARE_MIRRORS</c>, addresses separated by spaces or commas.</summary>
    public ImmutableArray<string> Mirrors => List("PARE_MIRRORS", ' ', ',');

    private string? Set(string name) => Variable(name) is { Length: > 0 } value ? value : null;

    private ImmutableArray<string> List(string name, params char[] separators) =>
        [.. (Set(name) ?? "").Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
