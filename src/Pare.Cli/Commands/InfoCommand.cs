using System.Collections.Immutable;
using System.CommandLine;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Inspection;

namespace Pare.Cli.Commands;

/// <summary>Shows what a model consists of.</summary>
internal sealed class InfoCommand() : Verb("info", "Shows where a model's parameters, multiplications, bytes and memory are, layer by layer.")
{
    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<bool> _all = new("--all") { Description = "Lists nodes without parameters and multiplications too." };
    private readonly Option<bool> _tree = new("--tree") { Description = "Groups layers by the beginnings of their names, with the sums of each group." };
    private readonly Option<bool> _weights = new("--weights") { Description = "Lists each weight too: shape, encoding, zeros, distinct values, range." };
    private readonly Option<bool> _noStatistics = new("--no-statistics") { Description = "Does not look at the weights' numbers: no zeros, distinct values and ranges." };
    private readonly ProfileArguments _profile = new();
    private readonly Option<int> _threads = ModelArgument.Threads();

    public override string Details =>
        "How is counted: a MAC is one multiplication with its addition, in convolutions and products (fully connected layers). Biases, normalization, pooling and activations are not MACs; the options --with-... and --count add them or count FLOPs, as some papers do. A parameter is a number that training changes, each once; running means and variances are none (--parameters)."
        + "\n\nActivations are the values between layers, 4 bytes a float. Their peak is what the plan of a run needs at its fullest moment. MACs/B: multiplications for each byte that a layer reads and writes, weights at 4 bytes a number. Distinct values are counted exactly up to 65,536.";

    public override ImmutableArray<string> Examples =>
        ["info model.onnx", "info model.pare --weights", "info model.onnx --tree --batch 32", "info model.onnx --count flops --with-bias --with-batch-norm --json"];

    public override IEnumerable<Symbol> Symbols => [_model, _tree, _weights, _all, _noStatistics, .. _profile.Symbols, _threads];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model);
        if (run.Get(_tree) && run.Get(_all)) throw new UsageException("--tree shows every node already; take --all out.");
        if (run.Get(_weights) && run.Get(_noStatistics)) throw new UsageException("--weights shows what --no-statistics leaves out; take one of them out.");
        Counting counting = _profile.Counting(run);
        Model model = ModelIO.Load(path, run.Cancel);
        int threads = ModelArgument.ThreadCount(run, _threads);
        var info = new ModelInfo(
            model, path, StoredBytes.Of(model, path),
            Profile.Of(model, new ProfileOptions { Bindings = _profile.Bindings(run, model), Memory = true, Threads = threads }),
            run.Get(_noStatistics) ? null : ModelStatistics.Of(model, threads, run.Cancel),
            counting, threads);

        run.Terminal.Line($"{path}{(model.Metadata.Name.Length > 0 ? $"  \"{model.Metadata.Name}\"" : "")}");
        run.Terminal.Line($"inputs:  {string.Join(", ", model.Inputs.Select(i => $"{i.Name} {i.Type}"))}");
        run.Terminal.Line($"outputs: {string.Join(", ", model.Outputs.Select(o => $"{o} {model.Types.GetValueOrDefault(o)?.ToString() ?? "of unknown type"}"))}");
        run.Terminal.Line();
        run.Terminal.Table(run.Get(_tree) ? InfoTables.Tree(info) : InfoTables.Layers(info, run.Get(_all)));
        if (run.Get(_weights))
        {
            run.Terminal.Heading("Weights");
            run.Terminal.Table(InfoTables.Weights(info));
        }
        run.Terminal.Heading("In all");
        run.Terminal.Table(InfoTables.Sums(info));
        run.Terminal.Line();
        int hidden = run.Get(_tree) || run.Get(_all) ? 0 : info.Profile.Layers.Count(l => !info.IsListed(l));
        if (hidden > 0) run.Terminal.Line($"{hidden} nodes have neither parameters nor multiplications (--all lists them).");
        if (ForeignNodes.Of(model) is { IsEmpty: false } foreign)
            run.Terminal.Line($"Not counted, and it cannot run: it needs what Pare lacks:{ForeignNodes.Describe(foreign)}");
        LayerProfile[] unknown = [.. info.Profile.Layers.Where(l => !l.IsKnown)];
        if (unknown.Length > 0)
            run.Terminal.Prose($"Not counted, for Pare lacks the operator or shapes are not known before running: {string.Join(", ", unknown.Select(l => l.Node.ToString()))}.");
        if (info.Profile.MemoryFault is { } fault) run.Terminal.Prose($"The memory of a run is not known: {fault}");
        run.Terminal.Prose($"Counted: {info.Counting.Rule}");
        foreach ((string name, string value) in model.Metadata.Properties) run.Terminal.Line($"{name}: {value}");
        run.Terminal.Json(Name, InfoJson.Of(info));
        return Task.FromResult(ExitCode.Done);
    }
}
