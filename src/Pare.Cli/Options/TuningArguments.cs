using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Output;
using Pare.Runtime;

namespace Pare.Cli.Options;

/// <summary>Choosing kernels by measuring them, for verbs whose results may depend on the machine's mood.</summary>
internal sealed class TuningArguments
{
    private const string FileName = "kernels.json";

    private readonly Option<string?> _cache = new("--tune-cache")
    {
        HelpName = "FILE",
        Description = $"Where --tune keeps what it measured. Default: {FileName} in the folder PARE_CACHE, else in pare of the user's cache folder (XDG_CACHE_HOME, else ~/.cache).",
    };

    /// <summary>Whether to measure.</summary>
    public Option<bool> Tune { get; } = new("--tune")
    {
        Description = "Measures kernels where several could run a node, takes the fastest, and keeps what it measured for the next time. "
            + "Kernels round differently, so results may differ in their last bits from those without, and between machines and days.",
    };

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [Tune, _cache];

    /// <summary>Makes plans, measuring where the user asks for it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Of the plans.</param>
    /// <param name="make">Makes them under the options that it is given.</param>
    /// <exception cref="UsageException">There is a cache and nothing to measure for it.</exception>
    /// <exception cref="TuningException">The cache is damaged.</exception>
    public T Plan<T>(Invocation run, PlanOptions options, Func<PlanOptions, T> make)
    {
        if (!run.Get(Tune)) return run.Has(_cache) ? throw new UsageException("--tune-cache needs to be given with --tune; without it nothing is measured.") : make(options);
        if (run.Has(_cache)) WholeFile.CheckTarget(_cache.Name, run.Get(_cache)!);
        else Directory.CreateDirectory(run.Host.Cache);
        string cache = Cache(run);
        var tuning = KernelTuning.Load(cache);
        tuning.Cancel = run.Cancel;
        int known = tuning.Count;
        T made = run.Terminal.Work(display =>
        {
            using IWorkBar bar = display.Start("Choosing kernels");
            tuning.Progress = done => bar.Report(done);
            return make(options with { Tuning = tuning });
        });
        if (tuning.Count > known) tuning.Save(cache);
        return made;
    }

    /// <summary>Says what measuring changed; nothing where it was not asked for.</summary>
    public void Show(Invocation run, ExecutionPlan plan)
    {
        if (!run.Get(Tune)) return;
        int nodes = Choices(plan).Count(), measured = Choices(plan).Count(c => c.IsNew);
        if (nodes == 0)
        {
            run.Terminal.Line("tuning: there is nothing to measure, no node could be run by several kernels");
            return;
        }
        (string Node, KernelChoice Choice)[] changed = Changed(plan);
        string known = measured == nodes ? "" : $", {nodes - measured} known from {Cache(run)}";
        run.Terminal.Line($"tuning: several kernels could run {nodes} of {plan.Steps.Length} nodes: {measured} measured now{known}; {changed.Length} run another kernel than predicted");
        if (changed.Length == 0) return;
        TextTable table = new TextTable().Left("node").Left("predicted").Right("time").Left("taken").Right("time");
        foreach ((string node, KernelChoice c) in changed) table.Row(node, c.Predicted, Units.Time(c.PredictedTime), c.Kernel, Units.Time(c.Time));
        run.Terminal.Table(table);
    }

    /// <summary>The same for programs, or null.</summary>
    public JsonObject? Json(Invocation run, ExecutionPlan plan) => !run.Get(Tune) ? null : new JsonObject
    {
        ["cache"] = Cache(run),
        ["nodes"] = Choices(plan).Count(),
        ["measured"] = Choices(plan).Count(c => c.IsNew),
        ["changed"] = new JsonArray([.. Changed(plan).Select(c => (JsonNode)new JsonObject
        {
            ["node"] = c.Node,
            ["predicted"] = c.Choice.Predicted,
            ["kernel"] = c.Choice.Kernel,
            ["predicted_ms"] = c.Choice.PredictedTime.TotalMilliseconds,
            ["ms"] = c.Choice.Time.TotalMilliseconds,
        })]),
    };

    private string Cache(Invocation run) => run.Get(_cache) ?? Path.Combine(run.Host.Cache, FileName);

    private static IEnumerable<KernelChoice> Choices(ExecutionPlan plan) => plan.Steps.Select(s => s.Choice).OfType<KernelChoice>();

    private static (string Node, KernelChoice Choice)[] Changed(ExecutionPlan plan) =>
        [.. plan.Steps.Where(s => s.Choice is { Differs: true }).Select(s => (s.Node.Name, s.Choice!))];
}
