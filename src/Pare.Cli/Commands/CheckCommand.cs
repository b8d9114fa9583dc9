using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Passes;
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
            if (ForeignNodes.Of(Simplify.ForInference(model)) is { IsEmpty: false } foreign) return Task.FromResult(Tell(run, model, foreign));
            var plan = ExecutionPlan.Build(model);
            TextTable table = new TextTable().Left("operator").Right("nodes").Left("kernels");
            foreach (IGrouping<string, PlanStep> steps in plan.Steps.GroupBy(s => s.Node.Operator.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
                table.Row(steps.Key, Units.Count(steps.Count()), string.Join(", ", steps.Select(s => s.Kernel).Distinct().Order(StringComparer.Ordinal)));
            run.Terminal.Table(table);
            run.Terminal.Line();
            run.Terminal.Line($"All {model.Nodes.Length} nodes load; {plan.Steps.Length} remain after simplification, and all of them run.");
            run.Terminal.Json(Name, new JsonObject { ["runs"] = true, ["nodes"] = model.Nodes.Length, ["planned_nodes"] = plan.Steps.Length, ["fault"] = null, ["missing"] = new JsonArray() });
            return Task.FromResult(ExitCode.Done);
        }
        catch (PareException e) when (run.Terminal.Options.Json && e is not UsageException)
        {
            run.Terminal.Json(Name, new JsonObject { ["runs"] = false, ["fault"] = e.Message, ["missing"] = new JsonArray() });
            throw;
        }
    }

    /// <summary>What of a model Pare lacks, node by node.</summary>
    internal static JsonArray Missing(Model model) => [.. ForeignNodes.Of(model).Select(n =>
    {
        var op = (ForeignOperator)n.Operator;
        return (JsonNode)new JsonObject
        {
            ["name"] = n.Name,
            ["kind"] = op.Kind.ToString().ToLowerInvariant(),
            ["operator"] = op.Type,
            ["domain"] = op.Domain.Length == 0 ? "ai.onnx" : op.Domain,
            ["opset"] = op.Opset,
            ["missing"] = op.Missing,
        };
    })];

    private ExitCode Tell(Invocation run, Model model, ImmutableArray<Node> foreign)
    {
        TextTable table = new TextTable().Left("node").Left("operator").Left("missing");
        foreach (Node node in foreign) table.Row(node.Name, node.Operator.Name, ((ForeignOperator)node.Operator).Missing);
        run.Terminal.Table(table);
        run.Terminal.Line();
        run.Terminal.Line($"{foreign.Length} of {model.Nodes.Length} nodes cannot run. The model can be inspected, compressed and written; these nodes are passed on as they are.");
        run.Terminal.Json(Name, new JsonObject
        {
            ["runs"] = false,
            ["nodes"] = model.Nodes.Length,
            ["planned_nodes"] = null,
            ["fault"] = $"It needs what Pare lacks:{ForeignNodes.Describe(foreign)}",
            ["missing"] = Missing(model),
        });
        return ExitCode.Unsupported;
    }
}
