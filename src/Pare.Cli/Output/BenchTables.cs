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
}
