using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Pare.Cli.Options;
using Pare.Cli.Output;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Jit;
using Pare.Passes;
using Pare.Runtime;

namespace Pare.Cli.Commands;

/// <summary>Says whether a model loads and runs here, and whether every instruction set computes the same.</summary>
internal sealed class CheckCommand() : Verb("check", "Says which nodes of a model would not load or run, all at once.")
{
    private readonly Argument<string> _model = ModelArgument.Create();

    private readonly DataArguments _data = new(required: false, "Compares what every instruction set computes of its test part with the scalar definitions of the operators.");
    private readonly Option<int> _samples = ModelArgument.Checked(
        new Option<int>("--samples") { HelpName = "NUMBER", Description = "How many samples are compared, 1 to 10000000. Default: 20.", DefaultValueFactory = _ => 20 }, 1, 10_000_000);
    private readonly Option<int> _threads = ModelArgument.Threads();

    public override string Details => "Exit code 0: everything runs. 4: something is not supported; all of it is named. 1: the file is wrong."
        + "\n\nWith --data the model runs by the scalar definitions and on each instruction set of this machine. Codes between integer layers must not differ; floats may, in their last bits.";

    public override ImmutableArray<string> Examples => ["check model.onnx", "check model.pare --json", "check int8.pare --data cifar10 --samples 100"];

    public override IEnumerable<Symbol> Symbols => [_model, _data.Data, _samples, _threads, .. _data.PreprocessingOptions];

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
            JsonArray? levels = _data.Named(run) is null ? null : CompareInstructionSets(run, model);
            run.Terminal.Json(Name, new JsonObject { ["runs"] = true, ["nodes"] = model.Nodes.Length, ["planned_nodes"] = plan.Steps.Length, ["fault"] = null, ["missing"] = new JsonArray(), ["instruction_sets"] = levels });
            return Task.FromResult(ExitCode.Done);
        }
        catch (PareException e) when (run.Terminal.Options.Json && e is not UsageException)
        {
            run.Terminal.Json(Name, new JsonObject { ["runs"] = false, ["fault"] = e.Message, ["missing"] = new JsonArray() });
            throw;
        }
    }

    private JsonArray CompareInstructionSets(Invocation run, Model model)
    {
        DataSet data = DataArguments.Open(run, _data.Source(run), DataPart.Test);
        DataSet samples = data.Slice(0, Math.Min(data.Count, run.Get(_samples)));
        int threads = ModelArgument.ThreadCount(run, _threads);
        ImmutableArray<InstructionSetResult> results = run.Terminal.Work(display =>
        {
            using IWorkBar bar = display.Start("Comparing instruction sets");
            (string, PlanOptions)[] emitted = MachineCode.Unavailable is null ? [("machine code", new PlanOptions().WithMachineCode())] : [];
            return InstructionSetCheck.Run(model, samples, _data.Override(run, model, samples), threads, emitted, done => bar.Report(done), run.Cancel);
        });
        TextTable table = new TextTable().Left("instruction set").Right("codes").Right("differ").Right("floats").Right("differ").Right("most, relative");
        foreach (InstructionSetResult r in results)
            table.Row(r.Level, Units.Count(r.Codes), Units.Count(r.DifferingCodes), Units.Count(r.Floats), Units.Count(r.DifferingFloats), r.LargestDifference.ToString("0.0e+0", CultureInfo.InvariantCulture));
        run.Terminal.Line();
        run.Terminal.Table(table);
        run.Terminal.Line();
        run.Terminal.Line($"Against the scalar definitions, {Units.Count(samples.Count)} samples of '{samples.Name}'.");
        return [.. results.Select(r => (JsonNode)new JsonObject
        {
            ["name"] = r.Level,
            ["codes"] = r.Codes,
            ["differing_codes"] = r.DifferingCodes,
            ["floats"] = r.Floats,
            ["differing_floats"] = r.DifferingFloats,
            ["largest_relative_difference"] = double.IsFinite(r.LargestDifference) ? r.LargestDifference : null,
        })];
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
