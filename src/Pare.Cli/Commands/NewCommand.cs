using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Inspection;

namespace Pare.Cli.Commands;

/// <summary>Makes a network with fresh weights.</summary>
internal sealed class NewCommand() : Verb("new", "Makes a network with fresh weights, ready to train.")
{
    private readonly Argument<string?> _architecture = new("arch") { HelpName = "ARCH", Description = "An architecture of --list.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _list = new("--list") { Description = "Lists the architectures and their settings." };
    private readonly Option<string?> _output = new("--output", "-o") { HelpName = "FILE", Description = "The model to write, .onnx or .pare. Default: ARCH.onnx." };
    private readonly ArchitectureOptions _settings = new(ArchitectureCatalog.Default);
    private readonly Option<ulong> _seed = ModelArgument.Seed(0, "the weights");

    public override string Details =>
        $"Architectures: {string.Join(", ", ArchitectureCatalog.Default.Select(a => a.Name))}."
        + "\n\nAn architecture takes those of the options below that --list shows for it.";

    public override ImmutableArray<string> Examples =>
    [
        "new --list", "new lenet-5 -o lenet.onnx", "new vgg-16 -o vgg.onnx --classes 100 --seed 7",
        "new mobilenet-v1 -o mobilenet.onnx --width 0.25 --resolution 128",
    ];

    public override IEnumerable<Symbol> Symbols => [_architecture, _list, _output, .. _settings.Options, _seed];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        if (run.Get(_list)) return Task.FromResult(List(run));
        string name = run.Arguments.GetValue(_architecture) ?? throw new UsageException("Name an architecture; 'pare new --list' shows them.");
        Architecture architecture = ArchitectureCatalog.Default.Find(name) ?? throw new UsageException(
            $"There is no architecture '{name}'.{Closest.Hint(name, ArchitectureCatalog.Default.Select(a => a.Name))} 'pare new --list' shows them.");
        string output = run.Get(_output) ?? name + ".onnx";
        ModelIO.CheckTarget("--output", output);
        Model model = architecture.Build(_settings.Read(run, architecture), run.Get(_seed));
        ModelIO.Save(model, output, run.Cancel);
        Profile profile = Profile.Of(model);
        run.Terminal.Line($"{output}: {Units.Count(profile.Parameters)} parameters, {Units.Count(profile.Macs)} MACs, {Units.Bytes(ModelIO.Bytes(output))}");
        run.Terminal.Json(Name, new JsonObject
        {
            ["output"] = output,
            ["parameters"] = profile.Parameters,
            ["macs"] = profile.Macs,
            ["bytes"] = ModelIO.Bytes(output),
        });
        return Task.FromResult(ExitCode.Done);
    }

    private ExitCode List(Invocation run)
    {
        TextTable table = new TextTable().Left("name").Left("settings").Left("what it is");
        var list = new JsonArray();
        foreach (Architecture architecture in ArchitectureCatalog.Default)
        {
            ImmutableArray<Setting> settings = SettingsSchema.Of(architecture.Defaults.GetType()).Settings;
            table.Row(architecture.Name, string.Join(" ", settings.Select(s => $"{s.Name}={Default(architecture, s)}")), architecture.Description);
            list.Add((JsonNode)new JsonObject
            {
                ["name"] = architecture.Name,
                ["description"] = architecture.Description,
                ["settings"] = new JsonArray([.. settings.Select(s => (JsonNode)new JsonObject
                {
                    ["name"] = s.Name,
                    ["default"] = Default(architecture, s),
                    ["expected"] = s.Expected,
                    ["help"] = s.Help,
                })]),
            });
        }
        run.Terminal.Table(table);
        run.Terminal.Json(Name, new JsonObject { ["architectures"] = list });
        return ExitCode.Done;
    }

    // The architecture's own defaults may differ from those of its record.
    private static string Default(Architecture architecture, Setting setting) => Setting.Text(setting.ValueIn(architecture.Defaults));
}
