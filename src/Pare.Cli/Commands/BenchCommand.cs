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
    private readonly Option<int> _batch = ModelArgument.Batch(1);
    private readonly Option<int> _threads = ModelArgument.Threads();
    private readonly Option<double> _seconds = new("--seconds") { HelpName = "SECONDS", Description = "How long to measure each model, 0.01 to 3600. Default: 2.", DefaultValueFactory = _ => 2 };

    public override string Details => "Inputs are random. Models take turns run by run, so that a busy machine slows all of them; trust the ratios more than the times.";

    public override ImmutableArray<string> Examples => ["bench model.onnx model.pare", "bench model.onnx --batch 128 --threads 1 --json"];

    public override IEnumerable<Symbol> Symbols => [_models, _batch, _threads, _seconds];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        double seconds = run.Get(_seconds);
        if (seconds is not (>= 0.01 and <= 3600)) throw new UsageException($"--seconds is {seconds}; expected 0.01 to 3600.");
        int batch = run.Get(_batch), threads = ModelArgument.ThreadCount(run, _threads);
        string[] paths = run.Get(_models);
        List<Latency> models = [.. paths.Select(path => new Latency(ModelIO.Load(path, run.Cancel), new PlanOptions { Threads = threads }, batch, run.Host.Time))];
        run.Terminal.Work(display =>
        {
            using IWorkBar bar = display.Start("Measuring");
            Latency.TakeTurns(models, TimeSpan.FromSeconds(seconds * models.Count), run.Host.Time, done => bar.Report(done), run.Cancel);
            return 0;
        });

        TextTable table = new TextTable().Left("model").Right("median").Right("10 %").Right("90 %").Right("samples/s").Right("activations").Right("packed weights");
        if (models.Count > 1) table.Right("speed");
        var results = new JsonArray();
        foreach ((string path, Latency model) in paths.Zip(models))
        {
            double perSecond = model.Batch / model.Median.TotalSeconds;
            string[] cells =
            [
                path, Units.Time(model.Median), Units.Time(model.Quantile(0.1)), Units.Time(model.Quantile(0.9)), Units.Count((long)perSecond),
                Units.Bytes(model.Plan.ArenaBytes), Units.Bytes(model.Plan.PackedBytes), models.Count > 1 ? Units.Ratio(models[0].Median / model.Median) : "",
            ];
            table.Row(cells);
            results.Add((JsonNode)new JsonObject
            {
                ["model"] = path,
                ["median_ms"] = model.Median.TotalMilliseconds,
                ["p10_ms"] = model.Quantile(0.1).TotalMilliseconds,
                ["p90_ms"] = model.Quantile(0.9).TotalMilliseconds,
                ["samples_per_second"] = perSecond,
                ["runs"] = model.Runs,
                ["threads"] = threads,
                ["batch"] = model.Batch,
                ["arena_bytes"] = model.Plan.ArenaBytes,
                ["packed_bytes"] = model.Plan.PackedBytes,
                ["bytes"] = ModelIO.Bytes(path),
            });
        }
        run.Terminal.Table(table);
        run.Terminal.Line();
        run.Terminal.Line($"batch {models[0].Batch}, {threads} threads, {new PlanOptions().Cpu.Describe()}, {models.Min(m => m.Runs)} runs or more of each");
        JsonObject json = results.Count == 1 ? (JsonObject)results[0]!.DeepClone() : new JsonObject { ["models"] = results };
        run.Terminal.Json(Name, json);
        return Task.FromResult(ExitCode.Done);
    }
}
