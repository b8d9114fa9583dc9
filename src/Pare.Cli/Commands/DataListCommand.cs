using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Pare.Cli.Output;
using Pare.Compression.Data;

namespace Pare.Cli.Commands;

/// <summary>Lists the data sets known by name.</summary>
internal sealed class DataListCommand() : Verb("list", "Lists the data sets that are known by name, and whether they are here.")
{
    public override ImmutableArray<string> Examples => ["data list", "data list --json"];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        DataLocations where = run.Host.Data;
        TextTable table = new TextTable().Left("name").Left("here").Left("what it is");
        var sets = new JsonArray();
        foreach (DataSource source in DataSourceCatalog.Default.Sources)
        {
            bool here = source.IsFound(where);
            table.Row(source.Name, source.Files.IsEmpty ? "embedded" : here ? "yes" : "no", source.Description);
            sets.Add((JsonNode)new JsonObject
            {
                ["name"] = source.Name,
                ["here"] = here,
                ["embedded"] = source.Files.IsEmpty,
                ["bytes"] = source.Files.Sum(f => f.Bytes),
                ["description"] = source.Description,
            });
        }
        run.Terminal.Table(table);
        run.Terminal.Line();
        run.Terminal.Prose("Fetch one with 'pare data get NAME'. --data also takes files and folders: .npz, .npy, IDX, CIFAR .bin, pictures.");
        run.Terminal.Json("data list", new JsonObject { ["sets"] = sets });
        return Task.FromResult(ExitCode.Done);
    }
}
