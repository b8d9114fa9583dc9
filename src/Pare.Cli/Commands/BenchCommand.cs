using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Measures how fast models run.</summary>
internal sealed class BenchCommand() : Verb("bench", "Measures latency, throughput and memory; several models take turns in one run.")
{
    private readonly Argument<string[]> _models = new("model")
    {
        HelpName = "MODEL",
        Description = "Models: .onnx or .pare. The first is what the others are compared with.",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<string[]> _against = new("--against") { HelpName = "MODEL", Description = "Another model; what is measured is compared with it instead of the first. Again for more." };
    private readonly Option<int> _batch = ModelArgument.Batch(1);
    private readonly EngineArguments _engine = new();
    private readonly Option<double> _seconds = new("--seconds") { HelpName = "SECONDS", Description = "How long to measure each model, 0.01 to 3600. Default: 2.", DefaultValueFactory = _ => 2 };
    private readonly TuningArguments _tuning = new();
    private readonly Option<bool> _kernels = new("--kernels", "-v") { Description = "Names the kernel of each node and why it was taken: what others offered, with predicted times." };
    private readonly Option<bool> _explain = new("--explain") { Description = "Compares nodes that have compressed weights with the same nodes with plain floats: predicted, measured, and why." };
    private readonly Option<bool> _nodes = new("--nodes") { Description = "Shows where the time goes: nodes with their kernels, times, and shares of the machine's peak." };

    public override string Details =>
        "Inputs are normal random numbers, none so small that processors are slow on them. Models take turns run by run, so that a busy machine slows all "
        + "of them; trust the ratios more than the times. The peak is measured before: multiplications and additions of the widest vectors in registers, on "
        + "as many threads, and a copy of 64 MiB. --json has for each model median_ms, p10_ms, p90_ms, runs, threads, batch, samples_per_second, macs, "
        + "gmacs_per_second, peak_gmacs_per_second, peak_share, memory_gb_per_second, arena_bytes, packed_bytes, bytes (of the file), of the process "
        + "resident_bytes and peak_resident_bytes, and with --nodes nodes (name, operator, kernel, ms, share, macs, gmacs_per_second, peak_share) in the order in which they run, and with --tune tuning (cache, "
        + "nodes that several kernels could run, measured: how many of them now, and changed: node, predicted kernel, kernel, predicted_ms, ms), "
        + "with -v kernels (name, operator, kernel, predicted_ms, why, offers: kernel, predicted_ms, keeps_weights), and with --explain explained (name, weights, kernel, predicted_ms, ms, packed_bytes, "
        + "the same of dense_, predicted_ratio, measured_ratio, why).";

    public override ImmutableArray<string> Examples => ["bench model.onnx --nodes", "bench model.pare --against model.onnx", "bench model.onnx --batch 128 --threads 1 --json", "bench model.onnx --tune", "bench small.pare --explain"];

    public override IEnumerable<Symbol> Symbols => [_models, _against, _batch, .. _engine.Options, _seconds, _nodes, _kernels, _explain, .. _tuning.Options];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        double seconds = run.Get(_seconds);
        if (seconds is not (>= 0.01 and <= 3600)) throw new UsageException($"--seconds is {seconds}; expected 0.01 to 3600.");
        PlanOptions options = _engine.Of(run);
        int batch = run.Get(_batch), threads = options.Threads;
        string[] against = run.Get(_against) ?? [];
        string[] paths = [.. against, .. run.Get(_models)];
        Model[] loaded = [.. paths.Select(path => ModelIO.LoadToRun(path, run.Cancel))];
        List<Latency> models = _tuning.Plan(run, options, o => loaded.Select(model => new Latency(model, o, batch, run.Host.Time)).ToList());
        MachinePeak peak = null!;
        TimeSpan[][] steps = [];
        Explained[][] explained = [];
        run.Terminal.Work(display =>
        {
            using IWorkBar bar = display.Start("Measuring");
            peak = MachinePeak.Measure(options.Cpu, threads, run.Host.Time);
            Latency.TakeTurns(models, TimeSpan.FromSeconds(seconds * models.Count), run.Host.Time, done => bar.Report(done), run.Cancel);
            if (run.Get(_nodes)) steps = [.. models.Select(m => m.Steps(TimeSpan.FromSeconds(seconds), run.Cancel))];
            if (run.Get(_explain)) explained = [.. models.Select((m, i) => Explain(loaded[i], m, options, batch, TimeSpan.FromSeconds(2 * seconds), run))];
            return 0;
        });

        Show(run, paths, models, options, peak, steps, explained);
        var results = new JsonArray();
        for (int i = 0; i < models.Count; i++)
        {
            JsonObject json = BenchJson.Of(paths[i], models[i], threads, peak, steps.ElementAtOrDefault(i), _tuning.Json(run, models[i].Plan));
            if (run.Get(_kernels)) json["kernels"] = BenchJson.Kernels(models[i].Plan);
            if (run.Get(_explain)) json["explained"] = BenchJson.Explained(explained[i]);
            results.Add((JsonNode)json);
        }
        run.Terminal.Json(Name, results.Count == 1 ? (JsonObject)results[0]!.DeepClone() : new JsonObject { ["models"] = results });
        return Task.FromResult(ExitCode.Done);
    }

    private void Show(Invocation run, string[] paths, List<Latency> models, PlanOptions options, MachinePeak peak, TimeSpan[][] steps, Explained[][] explained)
    {
        int threads = options.Threads;
        run.Terminal.Table(BenchTables.Models(paths, models, peak));
        run.Terminal.Line();
        run.Terminal.Line($"batch {models[0].Batch}, {threads} thread{(threads == 1 ? "" : "s")}, {options.Cpu.Describe()}, {models.Min(m => m.Runs)} runs or more of each");
        run.Terminal.Line($"peak {Units.Rate(peak.MacsPerSecond)}MAC/s, copies {Units.Rate(peak.BytesPerSecond)}B/s; {Units.Bytes(Environment.WorkingSet)} of the process are resident");
        foreach (string note in models.SelectMany(m => m.Plan.Notes).Distinct()) run.Terminal.Line(note);
        for (int i = 0; i < models.Count; i++)
        {
            if (models.Count > 1 && run.Get(_tuning.Tune)) run.Terminal.Line(paths[i]);
            _tuning.Show(run, models[i].Plan);
        }
        for (int i = 0; i < steps.Length; i++)
        {
            run.Terminal.Line();
            if (models.Count > 1) run.Terminal.Line(paths[i]);
            run.Terminal.Table(BenchTables.Nodes(models[i], steps[i], peak));
        }
        for (int i = 0; i < models.Count && run.Get(_kernels); i++)
        {
            run.Terminal.Line();
            if (models.Count > 1) run.Terminal.Line(paths[i]);
            run.Terminal.Table(BenchTables.Kernels(models[i].Plan));
        }
        for (int i = 0; i < explained.Length; i++)
        {
            run.Terminal.Line();
            if (models.Count > 1) run.Terminal.Line(paths[i]);
            if (explained[i].Length == 0) run.Terminal.Line("no node has compressed weights");
            else run.Terminal.Table(BenchTables.Explained(explained[i]));
        }
    }

    private static Explained[] Explain(Model model, Latency latency, PlanOptions options, int batch, TimeSpan budget, Invocation run)
    {
        if (model.Weights.Values.All(w => w is Dense)) return [];
        (Model twin, PlanOptions plain) = Explanation.Twin(model, options);
        return Explanation.Of(model, latency, new Latency(twin, plain, batch, run.Host.Time), budget, run.Cancel);
    }
}
