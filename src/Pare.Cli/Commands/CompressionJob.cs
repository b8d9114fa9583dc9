using System.Text.Json.Nodes;
using Pare.Cli.Output;
using Pare.Compression;
using Pare.Compression.Evaluation;
using Pare.Compression.Reporting;
using Pare.Formats.Container;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Compresses, measures before and after, saves the model and its report, and shows the tables: what <c>compress</c> and <c>demo</c> share.</summary>
/// <param name="run">The command that runs.</param>
/// <param name="threads">How many threads work.</param>
/// <param name="checkpoints">How names of checkpoint files begin; null: none are kept.</param>
internal sealed class CompressionJob(Invocation run, int threads, string? checkpoints = null)
{
    private static readonly TimeSpan TimingOfEach = TimeSpan.FromSeconds(0.5);

    private const long MostWeightsTimedTogether = 64_000_000;

    private readonly PlanOptions _plan = new() { Threads = threads };
    private readonly Retrainer _retrainer = new(run.Host.Time, checkpoints: checkpoints);

    /// <summary>Does it all.</summary>
    /// <param name="model">The model as it came.</param>
    /// <param name="path">Its file.</param>
    /// <param name="recipe">What is done to it.</param>
    /// <param name="data">The samples.</param>
    /// <param name="output">The compressed model's file.</param>
    /// <param name="reportPath">The report's file.</param>
    /// <exception cref="CancelledException">It was cancelled; the last finished step is saved.</exception>
    public ExitCode Run(Model model, string path, Recipe recipe, CompressionData data, string output, string reportPath)
    {
        Report report = run.Terminal.Work(display => Compress(display, model, path, recipe, data, output));
        WholeFile.WriteText(reportPath, report.ToJson() + "\n");
        ReportTables.Show(run.Terminal, report, ModelIO.Bytes(path));
        run.Terminal.Line();
        run.Terminal.Line($"{output}  {reportPath}");
        run.Terminal.Json("compress", new JsonObject
        {
            ["output"] = output,
            ["bytes"] = report.After.Bytes,
            ["ratio"] = report.After.Ratio,
            ["report_file"] = reportPath,
            ["report"] = JsonNode.Parse(report.ToJson()),
        });
        if (report.Interrupted)
            throw new CancelledException($"Cancelled: '{output}' is the model after step {FinishedSteps(report.Stages.Length, recipe)} of {recipe.Steps.Length}, entropy coded.{GoOn}");
        _retrainer.DeleteCheckpoints();
        return ExitCode.Done;
    }

    private Report Compress(IWorkDisplay display, Model model, string path, Recipe recipe, CompressionData data, string output)
    {
        var options = new EvaluationOptions { Plan = _plan, Clock = run.Host.Time };
        CompressionContext context = new() { Training = data.Train, Validation = data.Validation, Threads = threads, Retrainer = _retrainer };
        CompressionResult result;
        using (var bars = new CompressionBars(display))
            result = new Compressor(new ModelMeter(options), run.Host.Time).Run(model, recipe, context with { Progress = bars }, run.Cancel);
        if (result.Interrupted && FinishedSteps(result.Stages.Length, recipe) <= 0) throw new CancelledException($"Cancelled before the first step was done; nothing is written.{GoOn}");

        // From here on an interrupted job is only brought home: what is done already is saved.
        ModelIO.Save(result.Model, output, recipe.Container.ToOptions(), CancellationToken.None);
        long bytes = ModelIO.Bytes(output);
        Report report = Report.Of(model, recipe, result, context) with
        {
            Made = run.Host.Time.GetUtcNow(),
            Environment = ThisMachine.Report(threads),
        };
        if (report.Model.Length == 0) report = report with { Model = Path.GetFileNameWithoutExtension(path) };

        // Where the output is .onnx, its file is larger than the .pare file that the compressor measured.
        report = report with { After = report.After with { Bytes = bytes, Ratio = 4.0 * report.Parameters / bytes } };
        return result.Interrupted ? report : Measure(display, report, model, ModelIO.Load(output, run.Cancel), data, options);
    }

    private string GoOn => checkpoints is not null && File.Exists(Retrainer.CheckpointFile(checkpoints, 1))
        ? $" Trainings go on from their checkpoints ('{checkpoints}*') with the same command and --resume." : "";

    // The first stage is the model as it came, and entropy coding is one of its own at the end.
    private static int FinishedSteps(int stages, Recipe recipe) => stages - (recipe.Container.Entropy == EntropyCoding.None ? 1 : 2);

    /// <summary>Measures the saved file, not the model in memory.</summary>
    private Report Measure(IWorkDisplay display, Report report, Model before, Model after, CompressionData data, EvaluationOptions options)
    {
        if (data.Test?.Invoke() is { } test)
        {
            report = report with
            {
                Data = report.Data! with { Name = data.Name, TestSamples = test.Count },
                Before = report.Before with { Test = Quality(Evaluation.Run(run, display, before, test, options, "Testing the original")) },
                After = report.After with { Test = Quality(Evaluation.Run(run, display, after, test, options, "Testing the compressed")) },
            };
        }
        if (!ForeignNodes.Of(before).IsEmpty) return report;
        double[] latency = Time(display, before, after);
        return report with
        {
            Before = report.Before with { LatencyMilliseconds = latency[0] },
            After = report.After with { LatencyMilliseconds = latency[1] },
        };
    }

    /// <summary>Median milliseconds of each model: in turns, or, where two sets of packed weights would take too much memory, one after the other.</summary>
    private double[] Time(IWorkDisplay display, params Model[] models)
    {
        bool together = models.Sum(m => m.Weights.Values.Sum(w => (long)w.Length)) <= MostWeightsTimedTogether;
        using IWorkBar bar = display.Start("Timing");
        return [.. models.Chunk(together ? models.Length : 1).SelectMany(TimeTogether)];

        IEnumerable<double> TimeTogether(Model[] turns)
        {
            Latency[] timed = [.. turns.Select(m => new Latency(m, _plan, batch: 1, run.Host.Time))];
            Latency.TakeTurns(timed, TimingOfEach * timed.Length, run.Host.Time, done => bar.Report(done), run.Cancel);
            return [.. timed.Select(t => t.Median.TotalMilliseconds)];
        }
    }

    private static Quality Quality(Metrics metrics) => new(metrics.Samples, metrics.Errors, double.IsFinite(metrics.MeanLoss) ? metrics.MeanLoss : null);
}
