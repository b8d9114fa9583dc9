using System.Text.Json.Nodes;
using Pare.Cli.Output;
using Pare.Compression;
using Pare.Compression.Evaluation;
using Pare.Compression.Reporting;
using Pare.Compression.Search;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Runs a search, saves its report and the chosen model, and shows the curve.</summary>
/// <param name="run">The run.</param>
/// <param name="threads">How many threads work.</param>
/// <param name="folder">Takes everything.</param>
/// <param name="cost">What is cheap; null for what the points differ by.</param>
/// <param name="maxDrop">Percentage points that the chosen point may lose.</param>
internal sealed class SearchJob(Invocation run, int threads, SearchFolder folder, SearchCost? cost, double maxDrop)
{
    /// <summary>Does it all.</summary>
    /// <param name="model">The model as it came.</param>
    /// <param name="path">Its file.</param>
    /// <param name="data">The samples.</param>
    /// <param name="draft">The recipe.</param>
    /// <param name="sweep">The setting and its values.</param>
    /// <param name="edits">Other values put into the recipe.</param>
    /// <param name="seed">Decides everything random.</param>
    /// <exception cref="CancelledException">It was cancelled; what is done is in the journal.</exception>
    public async Task<ExitCode> RunAsync(Model model, string path, CompressionData data, RecipeDraft draft, Sweep sweep, IReadOnlyCollection<SettingEdit> edits, ulong seed)
    {
        var meter = new ModelMeter(new EvaluationOptions { Plan = new PlanOptions { Threads = threads }, Clock = run.Host.Time });
        CompressionContext context = new() { Training = data.Train, Validation = data.Validation, Threads = threads, Retrainer = new Retrainer(run.Host.Time) };
        Grid grid = Grid.Of(draft, sweep, edits, seed, model, context, run.Cancel);
        Directory.CreateDirectory(folder.Path);
        WholeFile.CheckTarget("--output", folder.Report);
        SearchCurve curve = await run.Terminal.WorkAsync(display => SearchAsync(display, model, grid, context, meter));

        SearchReport report = SearchReport.Of(curve, sweep, cost ?? curve.NaturalCost, maxDrop) with
        {
            Model = model.Metadata.Name.Length > 0 ? model.Metadata.Name : Path.GetFileNameWithoutExtension(path),
            Data = new DataReport(data.Name, data.Train!.Count, data.Validation!.Count),
            Made = run.Host.Time.GetUtcNow(),
            Environment = ThisMachine.Report(threads),
        };
        if (report.ChosenPoint() is { } chosen)
        {
            WholeFile.Write(folder.Best, stream =>
            {
                using FileStream from = File.OpenRead(folder.ModelOf(chosen.Result.Name));
                from.CopyTo(stream);
            });
            if (data.Test?.Invoke() is { } test)
                report = report with { Test = meter.Evaluate(ModelIO.Load(folder.Best, run.Cancel), test, run.Cancel), Data = report.Data with { TestSamples = test.Count } };
        }
        WholeFile.WriteText(folder.Report, report.ToJson() + "\n");
        Show(report, sweep);
        return report.Chosen is null ? ExitCode.Error : report.Saturation is null ? ExitCode.GoalMissed : ExitCode.Done;
    }

    private async Task<SearchCurve> SearchAsync(IWorkDisplay display, Model model, Grid grid, CompressionContext context, IModelMeter meter)
    {
        using RunJournal journal = RunJournal.Open(folder.Journal);
        using var bars = new SearchBars(display, run.Host.Time);
        var runner = new LocalTrialRunner(model, context with { Progress = bars }, meter, run.Host.Time, folder);
        try
        {
            return await new GridSearch(runner, journal, folder).RunAsync(grid, bars, run.Cancel);
        }
        catch (OperationCanceledException) when (run.Cancel.IsCancellationRequested)
        {
            throw new CancelledException(
                $"Cancelled: {journal.Results.Count} of {grid.Trials.DistinctBy(t => t.Hash).Count()} trials are done and kept in '{folder.Path}'. Go on with the same command and --resume.");
        }
    }

    private void Show(SearchReport report, Sweep sweep)
    {
        SearchTables.Show(run.Terminal, report, sweep.Text);
        run.Terminal.Line();
        run.Terminal.Line(report.Chosen is null ? folder.Report : $"{folder.Best}  {folder.Report}");
        run.Terminal.Json("search", new JsonObject
        {
            ["output"] = folder.Path,
            ["best"] = report.Chosen is null ? null : folder.Best,
            ["chosen"] = report.Chosen,
            ["saturation"] = report.Saturation,
            ["report_file"] = folder.Report,
            ["report"] = JsonNode.Parse(report.ToJson()),
        });
        if (report.Chosen is null) run.Terminal.Error("Every trial failed; the table and the journal say why.");
        else if (report.Saturation is null)
            run.Terminal.Warn($"No point is within {SearchTables.Points(report.MaxDrop)} percentage points of the original; '{folder.Best}' is the one of the fewest errors.");
    }
}
