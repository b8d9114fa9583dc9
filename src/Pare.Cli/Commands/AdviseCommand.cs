using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression.Advice;
using Pare.Compression.Settings;

namespace Pare.Cli.Commands;

/// <summary>Says what would make a network smaller.</summary>
internal sealed class AdviseCommand() : Verb("advise", "Ranks what would make this network smaller or faster, with exactly what each would save.")
{
    private static readonly string[] Goals = ["balance", "bytes", "macs", "memory"];

    private readonly Argument<string> _model = ModelArgument.Create();
    private readonly Option<string> _goal = new("--goal")
    {
        HelpName = "GOAL",
        Description = "What to rank by: bytes, macs (multiplications), memory (peak of activations), or balance (all alike). Default: balance.",
        DefaultValueFactory = _ => "balance",
    };
    private readonly Option<int> _top = ModelArgument.Checked(
        new Option<int>("--top") { HelpName = "NUMBER", Description = "How many to show, 1 to 100. Default: 5.", DefaultValueFactory = _ => 5 }, 1, 100);

    public override string Details =>
        "Nothing is guessed: each rewrite is outlined on this network, and both are counted. Bytes are those of the .pare file without entropy coding, multiplications and memory those of one sample. Ranked is by the share saved, times 1 where the outputs stay the same, 0.7 where retraining mostly recovers, 0.4 where it may not."
        + "\n\nThe recommendations change the architecture. What keeps it (pruning, clustering, coding) can be done to every network: see 'pare compress --list'.";

    public override ImmutableArray<string> Examples => ["advise model.onnx", "advise model.onnx --goal memory --top 3", "advise model.onnx --json"];

    public override IEnumerable<Symbol> Symbols => [_model, _goal, _top];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model), goal = run.Get(_goal)!;
        if (!Goals.Contains(goal)) throw new UsageException($"--goal is '{goal}'; expected {string.Join(", ", Goals)}.{Closest.Hint(goal, Goals)}");
        Model model = ModelIO.Load(path, run.Cancel);
        AdviceReport report = new Advisor().Run(model, progress: null, run.Cancel);
        AdviceGoal by = Enum.Parse<AdviceGoal>(goal, ignoreCase: true);
        List<Recommendation> ranked = [.. report.Ranked(by)];
        List<Recommendation> shown = [.. ranked.Take(run.Get(_top))];
        Show(run, path, report, shown, ranked.Count);
        run.Terminal.Json(Name, Json(path, goal, by, report, shown, ranked.Count));
        return Task.FromResult(ExitCode.Done);
    }

    private static void Show(Invocation run, string path, AdviceReport report, List<Recommendation> shown, int found)
    {
        Terminal terminal = run.Terminal;
        ModelCost cost = report.Cost;
        terminal.Prose($"{path}: {Units.Count(cost.Parameters)} parameters, {Units.Bytes(cost.Bytes)}, {Units.Count(cost.Macs)} MACs, {(cost.MemoryBytes is { } memory ? $"{Units.Bytes(memory)} of activations at once" : "memory not known")}");
        for (int i = 0; i < shown.Count; i++)
        {
            Recommendation r = shown[i];
            terminal.Heading($"{i + 1}. {r.Title}");
            terminal.Prose(r.Why);
            TextTable table = new TextTable().Left("").Right("").Left("").Right("");
            Row(table, "bytes", r.SavedBytes, cost.Bytes, r.After.Bytes);
            Row(table, "MACs", r.SavedMacs, cost.Macs, r.After.Macs);
            if (cost.MemoryBytes is { } before && r.After.MemoryBytes is { } after) Row(table, "memory", r.SavedMemoryBytes, before, after);
            terminal.Table(table);
            terminal.Prose($"  where  {Where(r)}");
            terminal.Line($"  risk   {Risk(r.Risk)}");
            terminal.Line($"  do     {r.Command(path)}");
        }
        terminal.Line();
        if (shown.Count == 0) terminal.Prose("Nothing of what Pare looks for is in this network. Pruning and clustering keep the architecture: see 'pare compress --list'.");
        else if (found > shown.Count) terminal.Line($"{found - shown.Count} more: --top {found}.");
        if (shown.Count > 0)
            terminal.Prose("Savings are counted on the outlined network, to the unit. They do not add up where two touch the same layers; ask again after each. DATA: a data set of 'pare data list', or a folder.");
        foreach ((string step, string reason) in report.Refused) terminal.Prose($"Not possible here: {step}: {reason}");
    }

    private static void Row(TextTable table, string what, long saved, long before, long after) => table.Row(
        $"  {what}", saved == 0 ? "same" : $"{(saved > 0 ? "-" : "+")}{Units.PercentShort(Math.Abs((double)saved / Math.Max(1, before)))}",
        $"{Units.Count(before)} ->", Units.Count(after));

    private static string Where(Recommendation r)
    {
        const int Most = 8;
        if (r.Layers.IsEmpty) return "the whole network";
        string names = string.Join(", ", r.Layers.Take(Most));
        return r.Layers.Length > Most ? $"{names} and {r.Layers.Length - Most} more" : names;
    }

    private static string Risk(AdviceRisk risk) => risk switch
    {
        AdviceRisk.Low => "none: the outputs stay the same",
        AdviceRisk.Medium => "medium: retraining mostly recovers the accuracy",
        _ => "high: retraining may not recover the accuracy",
    };

    private static JsonObject Json(string path, string goal, AdviceGoal by, AdviceReport report, List<Recommendation> shown, int found) => new()
    {
        ["model"] = path,
        ["goal"] = goal,
        ["cost"] = Cost(report.Cost),
        ["found"] = found,
        ["recommendations"] = new JsonArray([.. shown.Select(r => (JsonNode)new JsonObject
        {
            ["adviser"] = r.Adviser,
            ["title"] = r.Title,
            ["why"] = r.Why,
            ["risk"] = Setting.Text(r.Risk),
            ["for_accuracy"] = r.ForAccuracy,
            ["score"] = r.Score(by),
            ["layers"] = new JsonArray([.. r.Layers.Select(l => (JsonNode)l)]),
            ["method"] = r.Method,
            ["command"] = r.Command(path),
            ["saved"] = new JsonObject { ["bytes"] = r.SavedBytes, ["macs"] = r.SavedMacs, ["memory_bytes"] = r.SavedMemoryBytes, ["parameters"] = r.Before.Parameters - r.After.Parameters },
            ["after"] = Cost(r.After),
        })]),
        ["refused"] = new JsonArray([.. report.Refused.Select(r => (JsonNode)new JsonObject { ["method"] = r.Step, ["reason"] = r.Reason })]),
    };

    private static JsonObject Cost(ModelCost cost) => new()
    {
        ["parameters"] = cost.Parameters,
        ["bytes"] = cost.Bytes,
        ["macs"] = cost.Macs,
        ["memory_bytes"] = cost.MemoryBytes,
    };
}
