using Pare.Cli.Commands;
using Pare.Runtime;

namespace Pare.Cli.Output;

/// <summary>The tables of <c>pare bench</c>.</summary>
internal static class BenchTables
{
    private const double LeastShare = 0.01;

    /// <summary>A line a model.</summary>
    public static TextTable Models(IReadOnlyList<string> paths, IReadOnlyList<Latency> models, MachinePeak peak)
    {
        TextTable table = new TextTable().Left("model").Right("median").Right("10 %").Right("90 %").Right("samples/s").Right("GMAC/s").Right("of peak").Right("activations").Right("packed weights");
        if (models.Count > 1) table.Right("speed");
        foreach ((string path, Latency model) in paths.Zip(models))
        {
            table.Row(
                path, Units.Time(model.Median), Units.Time(model.Quantile(0.1)), Units.Time(model.Quantile(0.9)), Units.Count((long)(model.Batch / model.Median.TotalSeconds)),
                Units.Giga(model.MacsPerSecond), Units.PercentShort(model.MacsPerSecond / peak.MacsPerSecond), Units.Bytes(model.Plan.ArenaBytes), Units.Bytes(model.Plan.PackedBytes),
                models.Count > 1 ? Units.Ratio(models[0].Median / model.Median) : "");
        }
        return table;
    }

    /// <summary>The nodes that take a percent of the time or more, the costliest first; the rest and the sum below.</summary>
    public static TextTable Nodes(Latency model, IReadOnlyList<TimeSpan> steps, MachinePeak peak)
    {
        TextTable table = new TextTable().Left("node").Left("operator").Left("kernel").Right("time").Right("share").Right("GMAC/s").Right("of peak");
        TimeSpan sum = steps.Aggregate(TimeSpan.Zero, (a, b) => a + b), shown = TimeSpan.Zero;
        foreach (int i in Enumerable.Range(0, steps.Count).OrderByDescending(i => steps[i]).TakeWhile(i => steps[i] >= LeastShare * sum && steps[i] > TimeSpan.Zero))
        {
            PlanStep step = model.Plan.Steps[i];
            double rate = model.Macs[i] / steps[i].TotalSeconds;
            string[] speed = model.Macs[i] == 0 ? ["", ""] : [Units.Giga(rate), Units.PercentShort(rate / peak.MacsPerSecond)];
            table.Row([step.Node.Name, step.Node.Operator.Name, step.Kernel, Units.Time(steps[i]), Units.PercentShort(steps[i] / sum), .. speed]);
            shown += steps[i];
        }
        table.Rule();
        if (sum > shown) table.Row("all others", "", "", Units.Time(sum - shown), Units.PercentShort((sum - shown) / sum));
        double all = sum > TimeSpan.Zero ? model.Macs.Sum() / sum.TotalSeconds : 0;
        return table.Row("all", "", "", Units.Time(sum), "", Units.Giga(all), Units.PercentShort(all / peak.MacsPerSecond));
    }

    /// <summary>Every node of a plan that has a choice of kernels, and why it runs as it does.</summary>
    public static TextTable Kernels(ExecutionPlan plan)
    {
        TextTable table = new TextTable().Left("node").Left("operator").Left("kernel").Right("predicted").Left("offers").Left("why");
        foreach (PlanStep step in plan.Steps)
            table.Row(
                step.Node.Name, step.Node.Operator.Name, step.Kernel, KernelReasons.IsDefinition(step.Kernel) ? "" : Units.Time(step.Predicted),
                string.Join(", ", step.Offers.Where(o => o.Kernel != step.Kernel && !KernelReasons.IsDefinition(o.Kernel)).Select(o => $"{o.Kernel} {Units.Time(o.Time)}")), KernelReasons.Of(step));
        return table;
    }

    /// <summary>Nodes with compressed weights against the same nodes with plain floats.</summary>
    public static TextTable Explained(IReadOnlyList<Explained> nodes)
    {
        TextTable table = new TextTable().Left("node").Left("weights").Left("kernel").Right("time").Left("dense kernel").Right("time").Right("predicted").Right("measured").Right("memory").Left("why");
        foreach (Explained node in nodes)
            table.Row(
                node.Node, node.Weights, node.Step.Kernel, Units.Time(node.Time), node.Dense.Kernel, Units.Time(node.DenseTime),
                KernelReasons.Times(node.Predicted), KernelReasons.Times(node.Measured), Share(node.Step.PackedBytes, node.Dense.PackedBytes), KernelReasons.Of(node.Step));
        if (nodes.Count < 2) return table;
        TimeSpan own = nodes.Aggregate(TimeSpan.Zero, (a, n) => a + n.Time), dense = nodes.Aggregate(TimeSpan.Zero, (a, n) => a + n.DenseTime);
        double predicted = nodes.Sum(n => n.Dense.Predicted.TotalSeconds) / nodes.Sum(n => n.Step.Predicted.TotalSeconds);
        return table.Rule().Row(
            "all", "", "", Units.Time(own), "", Units.Time(dense), KernelReasons.Times(predicted), KernelReasons.Times(dense / own),
            Share(nodes.Sum(n => n.Step.PackedBytes), nodes.Sum(n => n.Dense.PackedBytes)));
    }

    private static string Share(long bytes, long of) => of == 0 ? "" : Units.PercentShort((double)bytes / of);
}
