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
        new Option<int>("--top") { HelpName = "NUMBER", Description = "How many kinds of changes to show, 1 to 100. Default: 5.", DefaultValueFactory = _ => 5 }, 1, 100);

    private readonly Option<string[]> _methods = new("--method", "-m")
    {
        HelpName = "NAME:key=value,...",
        Description = "Weighs this method instead of Pare's own ideas, with the settings that 'pare compress' takes; may be given several times. Default: none.",
    };

    private readonly Option<int> _threads = ModelArgument.Threads();

    public override string Details =>
        "Nothing is guessed: each rewrite is outlined on this network, and both are counted. Bytes are those of the .pare file without entropy coding, multiplications and memory those of one sample. Ranked is by the share saved, times 1 where the outputs stay the same, 0.7 where retraining mostly recovers, 0.4 where it may not, also where less than 30 % of bytes and multiplications would be left."
        + "\n\nThe recommendations change the architecture. What keeps it (pruning, clustering, coding) can be done to every network: see 'pare compress --list'.";

    public override ImmutableArray<string> Examples => ["advise model.onnx", "advise model.onnx --goal memory --top 3", "advise model.onnx -m rewrite.fire:squeeze=0.25 -m rewrite.width:width=0.75", "advise model.onnx --json"];

    public override IEnumerable<Symbol> Symbols => [_model, _methods, _goal, _top, _threads];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model), goal = run.Get(_goal)!;
        if (!Goals.Contains(goal)) throw new UsageException($"--goal is '{goal}'; expected {string.Join(", ", Goals)}.{Closest.Hint(goal, Goals)}");
        string[] asked = run.Get(_methods) ?? [];
        Catalog<Adviser>? advisers = asked.Length == 0 ? null : new Catalog<Adviser>("adviser", [new MethodAdviser([.. asked])]);
        Model model = ModelIO.Load(path, run.Cancel);
        AdviceReport report = run.Terminal.Work(display =>
        {
            using IWorkBar bar = display.Start("outlining");
            return new Advisor(advisers).Run(model, ModelArgument.ThreadCount(run, _threads), new Direct<double>(done => bar.Report(done)), run.Cancel);
        });
        if (asked.Length > 0 && report.Recommendations.IsEmpty) throw new RecipeException(string.Join('\n', report.Refused.Select(r => $"{r.Step}: {r.Reason}").DefaultIfEmpty("Nothing would change.")));
        AdviceGoal by = Enum.Parse<AdviceGoal>(goal, ignoreCase: true);
        List<ImmutableArray<Recommendation>> ranked = [.. report.Ranked(by)];
        List<ImmutableArray<Recommendation>> shown = [.. ranked.Take(run.Get(_top))];
        AdviceText.Show(run.Terminal, path, report, shown, ranked.Count);
        run.Terminal.Json(Name, Json(path, goal, by, report, shown, ranked.Count));
        return Task.FromResult(ExitCode.Done);
    }

    private static JsonObject Json(string path, string goal, AdviceGoal by, AdviceReport report, List<ImmutableArray<Recommendation>> shown, int found) => new()
    {
        ["model"] = path,
        ["goal"] = goal,
        ["cost"] = Cost(report.Cost),
        ["found"] = found,
        ["recommendations"] = new JsonArray([.. shown.Select(group =>
        {
            JsonObject best = Json(path, by, group[0]);
            best["variants"] = new JsonArray([.. group.Skip(1).Select(r => (JsonNode)Json(path, by, r))]);
            return (JsonNode)best;
        })]),
        ["refused"] = new JsonArray([.. report.Refused.Select(r => (JsonNode)new JsonObject { ["method"] = r.Step, ["reason"] = r.Reason })]),
    };

    private static JsonObject Json(string path, AdviceGoal by, Recommendation r) => new()
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
    };

    private static JsonObject Cost(ModelCost cost) => new()
    {
        ["parameters"] = cost.Parameters,
        ["bytes"] = cost.Bytes,
        ["macs"] = cost.Macs,
        ["memory_bytes"] = cost.MemoryBytes,
    };
}
