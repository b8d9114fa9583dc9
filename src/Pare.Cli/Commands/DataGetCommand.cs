using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Output;
using Pare.Compression.Data;

namespace Pare.Cli.Commands;

/// <summary>Fetches a data set into the cache.</summary>
internal sealed class DataGetCommand() : Verb("get", "Fetches a data set, checks it, and keeps it in the cache.")
{
    private readonly Argument<string> _name = new("name") { HelpName = "NAME", Description = "A name of 'pare data list'." };
    private readonly Option<string[]> _mirrors = new("--mirror")
    {
        HelpName = "URL",
        Description = "Base address to fetch the files from; may be given several times, the first is tried first. Default: PARE_MIRRORS, then the set's own.",
    };
    private readonly Option<string?> _to = new("--to") { HelpName = "DIR", Description = "Folder in which the set gets its own folder. Default: the cache, where --data NAME finds it." };

    public override string Details => "A download that broke off is resumed. Every file is checked by its SHA-256 before it counts.";

    public override ImmutableArray<string> Examples => ["data get mnist", "data get cifar10 --mirror https://example.org/sets/cifar10 --to /data"];

    public override IEnumerable<Symbol> Symbols => [_name, _mirrors, _to];

    public override async Task<ExitCode> RunAsync(Invocation run)
    {
        string name = run.Get(_name);
        ImmutableArray<DataSource> sets = DataSourceCatalog.Default.Sources;
        DataSource source = sets.FirstOrDefault(s => s.Name == name) ?? throw new UsageException(
            $"There is no data set '{name}'.{Closest.Hint(name, sets.Select(s => s.Name))} Known: {string.Join(", ", sets.Select(s => s.Name))}.");
        if (source.Files.IsEmpty)
        {
            run.Terminal.Line($"'{name}' is embedded: there is nothing to fetch.");
            run.Terminal.Json("data get", new JsonObject { ["name"] = name, ["files"] = new JsonArray() });
            return ExitCode.Done;
        }
        string folder = run.Get(_to) is { } to ? Path.GetFullPath(to) : Path.Combine(run.Host.Cache, "data");
        string[] mirrors = run.Get(_mirrors) is { Length: > 0 } given ? given : [.. run.Host.Mirrors];
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var fetcher = new DataFetcher(client);
        ImmutableArray<string> files = await run.Terminal.WorkAsync(async display =>
        {
            using var progress = new FetchBars(display);
            return await fetcher.FetchAsync(source, folder, mirrors, progress, run.Cancel);
        });
        foreach (string file in files) run.Terminal.Line(file);
        run.Terminal.Json("data get", new JsonObject { ["name"] = name, ["files"] = new JsonArray([.. files.Select(f => (JsonNode)f)]) });
        return ExitCode.Done;
    }

    /// <summary>A bar for each file.</summary>
    private sealed class FetchBars(IWorkDisplay display) : IProgress<FetchProgress>, IDisposable
    {
        private IWorkBar? _bar;
        private string _file = "";

        public void Report(FetchProgress value)
        {
            if (_file != value.File)
            {
                _bar?.Dispose();
                _bar = display.Start(value.File);
                _file = value.File;
            }
            string of = value.BytesTotal is { } total ? $" of {Units.Bytes(total)}" : "";
            _bar!.Report(value.BytesTotal is > 0 and { } all ? (double)value.BytesDone / all : 0, $"{Units.Bytes(value.BytesDone)}{of}");
        }

        public void Dispose() => _bar?.Dispose();
    }
}
