using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Inspection;

namespace Pare.Cli.Commands;

/// <summary>Shows what a model consists of.</summary>
internal sealed class InfoCommand() : Verb("info", "Shows parameters, multiplications, bytes and encodings, layer by layer.")
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<bool> _all = new("--all") { Description = "Lists nodes without parameters and multiplications too." };

    public override ImmutableArray<string> Examples => ["info model.onnx", "info model.pare --json"];

    public override IEnumerable<Symbol> Symbols => [_model, _all];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model);
        Model model = ModelIO.Load(path, run.Cancel);
        Profile profile = Profile.Of(model);
        StoredBytes stored = StoredBytes.Of(model, path);
        run.Terminal.Line($"{path}{(model.Metadata.Name.Length > 0 ? $"  \"{model.Metadata.Name}\"" : "")}");
        run.Terminal.Line($"inputs:  {string.Join(", ", model.Inputs.Select(i => $"{i.Name} {i.Type}"))}");
        run.Terminal.Line($"outputs: {string.Join(", ", model.Outputs.Select(o => $"{o} {TypeOf(model, o)}"))}");
        run.Terminal.Line();

        TextTable table = new TextTable().Left("layer").Left("operator").Left("output").Right("parameters").Right("MACs").Right("bytes").Left("encoding");
        List<LayerProfile> layers = [.. profile.Layers.Where(l => run.Get(_all) || l.Parameters > 0 || l.Macs > 0)];
        foreach (LayerProfile layer in layers)
        {
            table.Row(
                layer.Node.Name, layer.Node.Operator.Name, layer.Output?.Shape.ToString() ?? "?", CountOrNone(layer.Parameters), CountOrNone(layer.Macs),
                CountOrNone(stored.Of(layer.Weights)), Encodings(model, layer));
        }
        long other = stored.Total - layers.Sum(l => stored.Of(l.Weights));
        table.Row("everything else", "", "", "", "", Units.Count(other)).Rule();
        table.Row("sum", "", "", Units.Count(profile.Parameters), Units.Count(profile.Macs), Units.Count(stored.Total));
        run.Terminal.Table(table);
        run.Terminal.Line();
        if (layers.Count < profile.Layers.Length)
            run.Terminal.Line($"{profile.Layers.Length - layers.Count} nodes have neither parameters nor multiplications (--all lists them).");
        if (ForeignNodes.Of(model) is { IsEmpty: false } foreign)
            run.Terminal.Line($"Not counted, and it cannot run: it needs what Pare lacks:{ForeignNodes.Describe(foreign)}");
        run.Terminal.Line($"Ratio: {Units.Ratio(4.0 * profile.Parameters / stored.Total)} (4 bytes x {Units.Count(profile.Parameters)} parameters / bytes of the whole file).");
        run.Terminal.Line($"Largest activations of one node: {Units.Bytes(profile.LargestActivationBytes)} at batch 1.");
        foreach ((string name, string value) in model.Metadata.Properties) run.Terminal.Line($"{name}: {value}");
        run.Terminal.Json(Name, Json(model, profile, stored, path));
        return Task.FromResult(ExitCode.Done);
    }

    private static JsonObject Json(Model model, Profile profile, StoredBytes stored, string path) => new()
    {
        ["model"] = path,
        ["name"] = model.Metadata.Name,
        ["opset"] = model.Metadata.Opset,
        ["parameters"] = profile.Parameters,
        ["macs"] = profile.Macs,
        ["bytes"] = stored.Total,
        ["ratio"] = 4.0 * profile.Parameters / stored.Total,
        ["largest_activation_bytes"] = profile.LargestActivationBytes,
        ["inputs"] = new JsonArray([.. model.Inputs.Select(i => (JsonNode)new JsonObject { ["name"] = i.Name, ["type"] = i.Type.ToString() })]),
        ["outputs"] = new JsonArray([.. model.Outputs.Select(o => (JsonNode)new JsonObject { ["name"] = o, ["type"] = TypeOf(model, o) })]),
        ["layers"] = new JsonArray([.. profile.Layers.Select(l => (JsonNode)new JsonObject
        {
            ["name"] = l.Node.Name,
            ["operator"] = l.Node.Operator.Name,
            ["output"] = l.Output?.ToString(),
            ["parameters"] = l.Parameters,
            ["macs"] = l.Macs,
            ["bytes"] = stored.Of(l.Weights),
            ["weights"] = new JsonArray([.. l.Weights.Select(w => (JsonNode)new JsonObject { ["name"] = w, ["encoding"] = model.Weights[w].ToString(), ["bytes"] = stored.Of([w]) })]),
        })]),
        ["missing"] = CheckCommand.Missing(model),
        ["metadata"] = new JsonObject([.. model.Metadata.Properties.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))]),
    };

    private static string TypeOf(Model model, string value) => model.Types.GetValueOrDefault(value)?.ToString() ?? "of an unknown type";

    private static string CountOrNone(long value) => value == 0 ? "" : Units.Count(value);

    /// <summary>The tree of the layer's largest weight; biases are mostly dense and would only blur it.</summary>
    private static string Encodings(Model model, LayerProfile layer) =>
        layer.Weights.Length == 0 ? "" : model.Weights[layer.Weights.MaxBy(w => model.Weights[w].Length)!].ToString().Replace("(dense)", "", StringComparison.Ordinal);
}
