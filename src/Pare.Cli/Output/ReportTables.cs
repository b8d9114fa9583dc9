using Pare.Compression.Reporting;

namespace Pare.Cli.Output;

/// <summary>Shows a report of a compression.</summary>
internal static class ReportTables
{
    private const int MostWidths = 12;

    /// <summary>Shows before and after, stage by stage, layer by layer.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="report">The report.</param>
    /// <param name="fileBefore">Bytes of the original's file.</param>
    public static void Show(Terminal terminal, Report report, long fileBefore)
    {
        terminal.Heading($"{report.Model}: before and after");
        terminal.Table(Summary(report, fileBefore));
        terminal.Prose($"The ratio is 4 bytes x {Units.Count(report.Parameters)} parameters / bytes of the whole file.");
        terminal.Heading("Stage by stage");
        terminal.Table(Stages(report));
        foreach (Stage stage in report.Stages)
        {
            if (stage.Curve is not { } curve) continue;
            terminal.Heading($"{stage.Name}: bytes of weights against expected damage");
            terminal.Table(Widths(curve));
            terminal.Prose($"Damage is the sum of what each layer alone does ({curve.Damage}). The report has the whole curve, and the width of each layer.");
        }
        terminal.Heading("Layer by layer");
        terminal.Table(Layers(report));
        terminal.Prose("bits/w: bits in the file for each parameter. The rest: graph, names, checksums.");
    }

    private static TextTable Summary(Report report, long fileBefore)
    {
        (Measurement before, Measurement after) = (report.Before, report.After);
        TextTable table = new TextTable().Left("").Right("before").Right("after");
        if (before.Test is not null || after.Test is not null) table.Row("test error", Error(before.Test), Error(after.Test));
        if (before.Validation is not null || after.Validation is not null) table.Row("validation error", Error(before.Validation), Error(after.Validation));
        table.Row("bytes on disk", Units.Bytes(fileBefore), Units.Bytes(after.Bytes));
        table.Row("ratio", Units.Ratio(4.0 * report.Parameters / fileBefore), Units.Ratio(after.Ratio));
        if (before.Parameters != after.Parameters) table.Row("parameters", Count(before.Parameters), Count(after.Parameters));
        if (before.Macs is not null) table.Row("MACs", Count(before.Macs), Count(after.Macs));
        if (before.LatencyMilliseconds is not null) table.Row("latency, batch 1", Latency(before), Latency(after));
        return table;
    }

    private static TextTable Stages(Report report)
    {
        bool data = report.Stages.Any(s => s.Validation is not null);
        bool rewritten = report.Stages.Select(s => (s.Parameters, s.Macs)).Distinct().Count() > 1;
        TextTable table = new TextTable().Left("stage").Right("bytes").Right("ratio").Right("kept");
        if (rewritten) table.Right("parameters").Right("MACs");
        if (data) table.Right("validation error").Right("before retraining");
        table.Right("time");
        if (report.Stages.Any(s => s.Note is not null)) table.Left("note");
        foreach (Stage stage in report.Stages)
        {
            string[] start = [stage.Name, Units.Count(stage.Bytes), Units.Ratio(stage.Ratio), Units.PercentShort(stage.Density)];
            string[] network = rewritten ? [Count(stage.Parameters), Count(stage.Macs)] : [];
            string[] quality = data ? [Error(stage.Validation), Error(stage.BeforeRetraining)] : [];
            table.Row([.. start, .. network, .. quality, Units.Time(TimeSpan.FromSeconds(stage.Seconds)), stage.Note ?? ""]);
        }
        return table;
    }

    private static TextTable Widths(WidthCurve curve)
    {
        int every = (curve.Points.Length + MostWidths - 1) / MostWidths;
        TextTable table = new TextTable().Right("mean bits").Right("bytes").Right("damage").Right("validation error").Left("");
        foreach (WidthPoint p in curve.Points.Where((p, i) => i % every == 0 || p.Chosen || p.Error is not null))
            table.Row(p.MeanBits.ToString("0.00"), Units.Count(p.Bytes), p.Damage.ToString("G3"), p.Error is { } error ? Units.Percent(error) : "", p.Chosen ? "taken" : "");
        return table;
    }

    private static TextTable Layers(Report report)
    {
        TextTable table = new TextTable()
            .Left("weight").Left("shape").Right("parameters").Right("kept").Right("clusters").Right("bits/w").Right("bytes").Right("share").Left("encoding");
        foreach (LayerReport layer in report.Layers)
        {
            table.Row(
                layer.Weight, string.Join("x", layer.Shape), Units.Count(layer.Parameters), Units.PercentShort(layer.Density),
                layer.Clusters?.ToString() ?? "", layer.BitsPerWeight.ToString("0.00"), Units.Count(layer.Bytes), Units.PercentShort(layer.Share),
                layer.Encoding.Replace("(dense)", "", StringComparison.Ordinal));
        }
        table.Row("the rest", "", "", "", "", "", Units.Count(report.OverheadBytes), Units.PercentShort((double)report.OverheadBytes / report.After.Bytes));
        table.Rule();
        long parameters = report.After.Parameters ?? report.Parameters;
        table.Row("sum", "", Units.Count(parameters), "", "", (8.0 * report.After.Bytes / parameters).ToString("0.00"), Units.Count(report.After.Bytes), "");
        return table;
    }

    private static string Error(Quality? quality) => quality is null ? "" : Units.Percent(quality.Error);

    private static string Count(long? count) => count is { } number ? Units.Count(number) : "";

    private static string Latency(Measurement measurement) => measurement.LatencyMilliseconds is { } ms ? Units.Time(TimeSpan.FromMilliseconds(ms)) : "";
}
