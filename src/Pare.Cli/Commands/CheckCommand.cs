using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Says whether a model loads and runs here.</summary>
internal sealed class CheckCommand() : Verb("check", "Says which nodes of a model would not load or run, all at once.")
{
    private readonly Argument<string> _model = ModelArgument.Create();

    public override string Details => "Exit code 0: everything runs. 4: something is not supported; all of it is named. 1: the file is wrong.";

    public override ImmutableArray<string> Examples => ["check model.onnx", "check model.pare --json"];

    public override IEnumerable<Symbol> Symbols => [_model];

    public override Task<ExitCode> RunAsync(Invocation run)
    {
        string path = run.Get(_model);
        try
        {
            Model model = ModelIO.Load(path, run.Cancel);
            var plan = ExecutionPlan.Build(model);
            TextTable table = new TextTable().Left("operator").Right("nodes").Left("kernels");
            foreach (IGrouping<string, PlanStep> steps in plan.Steps.GroupBy(s => s.Node.Operator.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
                table.Row(steps.Key, Units.Count(steps.Count()), string.Join(", ", steps.Select(s => s.Kernel).Distinct().Order(StringComparer.Ordinal)));
            run.Terminal.Table(table);
            run.Terminal.Line();
            run.Terminal.Line($"All {model.Nodes.Length} nodes load; {plan.Steps.Length} remain after simplification, and all of them run.");
            run.Terminal.Json(Name, new JsonObject { ["runs"] = true, ["nodes"] = model.Nodes.Length, ["planned_nodes"] = plan.Steps.Length, ["fault"] = null });
            return Task.FromResult(ExitCode.Done);
        }
        catch (PareException e) when (run.Terminal.Options.Json && e is not UsageException)
        {
            run.Terminal.Json(Name, new JsonObject { ["runs"] = false, ["fault"] = e.Message });
            throw;
        }
    }
}
