using Pare.Compression.Search;

namespace Pare.Cli.Output;

/// <summary>Shows a report of a search: a row for each point, the curve, and what was chosen.</summary>
internal static class SearchTables
{
    /// <summary>Shows it.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="report">The report.</param>
    /// <param name="text">Writes a value of the setting.</param>
    public static void Show(Terminal terminal, SearchReport report, Func<double, string> text)
    {
        terminal.Heading($"{report.Model}: {report.Method} over {report.Setting}");
        terminal.Table(Table(report, text));
        terminal.Prose("drop: percentage points more validation errors than the original. Pareto: no point is cheaper without more errors, or better at no higher cost.");
        if (report.Chosen is null) return;
        terminal.Heading($"Validation error against {Name(report.Cost)}");
        foreach (string line in Chart(report).Lines(terminal.Width)) terminal.Line(line);
        terminal.Prose($"O original, * Pareto point, o other point, {(report.Saturation is null ? "B fewest errors" : "S saturation point")}; dots: {Points(report.MaxDrop)} points over the original; ^ higher than drawn.");
        terminal.Line();
        terminal.Prose(Choice(report, text));
        if (report.Test is { } test) terminal.Prose($"Test error of the chosen point: {Units.Percent(test.Error)} of {Units.Count(test.Samples)} samples.");
    }

    /// <summary>"0.5": percentage points.</summary>
    public static string Points(double points) => points.ToString("0.##");

    private static TextTable Table(SearchReport report, Func<double, string> text)
    {
        TrialMeasure original = report.Original.Measure!;
        bool sparse = report.Points.Any(p => p.Result.Measure is { Density: < 1 });
        TextTable table = new TextTable().Left(report.Setting).Right("parameters").Right("MACs");
        if (sparse) table.Right("kept");
        table.Right("bytes").Right("raw bytes").Right("validation error").Right("drop").Right("time").Left("");
        table.Row([Grid.OriginalName, .. Cells(original), "", Seconds(report.Original)]);
        foreach (SearchPointReport point in report.Points)
        {
            // A value that changes nothing is the original: it took no time of its own.
            string time = point.Result.Trial == report.Original.Trial ? "" : Seconds(point.Result);
            string[] cells = point.Result.Measure is { } measure ? [.. Cells(measure), $"{point.Drop:+0.00;-0.00;0.00}", time] : [.. Enumerable.Repeat("", sparse ? 7 : 6), time];
            table.Row([text(point.Value), .. cells, Remark(report, point)]);
        }
        return table;

        string[] Cells(TrialMeasure m) =>
        [
            Units.Count(m.Parameters), Units.Count(m.Macs), .. sparse ? new[] { Units.PercentShort(m.Density) } : [],
            Units.Count(m.Bytes), Units.Count(m.RawBytes), Units.Percent(m.Validation.Error),
        ];
    }

    private static string Remark(SearchReport report, SearchPointReport point) => string.Join(", ", new[]
    {
        point.Pareto ? "Pareto" : null,
        point.Value == report.Saturation ? "saturation point" : point.Value == report.Chosen ? "fewest errors" : null,
        point.Result.Trial == report.Original.Trial ? "changes nothing" : null,
        point.Result.Note,
        point.Result.Error is { } error ? $"failed: {error.ReplaceLineEndings(" ")}" : null,
    }.OfType<string>());

    private static ScatterChart Chart(SearchReport report)
    {
        double original = report.Original.Measure!.Validation.Error, limit = original + report.MaxDrop / 100;
        // One point that lost everything would press all others into one row.
        const int MostLimits = 8;
        var chart = new ScatterChart(Units.Percent, cost => Units.Count((long)cost)) { Level = limit, Top = report.MaxDrop > 0 ? original + MostLimits * report.MaxDrop / 100 : double.PositiveInfinity };
        foreach (SearchPointReport point in report.Points.OrderBy(p => p.Value == report.Chosen).ThenBy(p => p.Pareto)) Add(point.Result, point.Value == report.Chosen ? report.Saturation is null ? 'B' : 'S' : point.Pareto ? '*' : 'o');
        if (report.ChosenPoint()!.Result.Trial != report.Original.Trial) Add(report.Original, 'O');
        return chart;

        void Add(TrialResult result, char mark)
        {
            if (result.Measure is { } measure) chart.Add(measure.Of(report.Cost), measure.Validation.Error, mark);
        }
    }

    private static string Choice(SearchReport report, Func<double, string> text)
    {
        SearchPointReport chosen = report.ChosenPoint()!;
        (TrialMeasure before, TrialMeasure after) = (report.Original.Measure!, chosen.Result.Measure!);
        string what = report.Saturation is null ? "Of the fewest errors is" : "The saturation point is";
        (long was, long now) = (before.Of(report.Cost), after.Of(report.Cost));
        string less = now < was ? $" ({Units.Ratio((double)was / Math.Max(1, now))} fewer)" : "";
        return $"{what} {report.Setting} = {text(chosen.Value)}: {Units.Count(now)} {Name(report.Cost)} instead of {Units.Count(was)}{less}, validation error {Units.Percent(after.Validation.Error)} ({chosen.Drop:+0.00;-0.00;0.00} points).";
    }

    private static string Name(SearchCost cost) => cost switch { SearchCost.Macs => "MACs", SearchCost.Parameters => "parameters", _ => "bytes" };

    private static string Seconds(TrialResult result) => Units.Time(TimeSpan.FromSeconds(result.Seconds));
}
