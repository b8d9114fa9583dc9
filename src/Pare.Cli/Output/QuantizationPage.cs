using System.Globalization;
using System.Net;
using System.Text;
using Pare.Compression.Quantization.Debugging;

namespace Pare.Cli.Output;

/// <summary>The page of <c>debug quantization --html</c>: one file, nothing is loaded.</summary>
internal static class QuantizationPage
{
    private const int Height = 260, Left = 46, Bottom = 24, Step = 26, Top = 12;
    private const double MostDecibels = 80, LeastDecibels = -20;

    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2330; --paper: #ffffff; --soft: #667085; --line: #d5d9e2; --one: #1f6feb; --two: #b45309; --three: #0f766e; --bad: #c02626; --fill: #b9c7e6; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --paper: #14181f; --soft: #98a2b3; --line: #343b48; --one: #6ea8fe; --two: #f0a94a; --three: #4fd1c5; --bad: #ff7b72; --fill: #3d5078; } }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 1200px; padding: 0 1rem; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: 13px; width: 100%; }
        th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        td:last-child { min-width: 24em; }
        code { background: color-mix(in srgb, var(--soft) 15%, transparent); padding: .1rem .3rem; border-radius: 3px; } .soft { color: var(--soft); } .bad { color: var(--bad); }
        svg text { fill: var(--soft); font-size: 11px; } .key { display: inline-block; width: 1.4em; height: .25em; vertical-align: middle; margin: 0 .4em 0 1em; }
        """;

    /// <summary>The page.</summary>
    public static string Of(string path, string against, string data, QuantizationReport report)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append($"<title>Quantization of {Text(path)}</title><style>\n{Style}\n</style></head><body>\n")
            .Append($"<h1>Quantization of {Text(path)}</h1>\n<p>Against {Text(against)} on {Text(data)}: output {QuantizationTables.Decibels(report.Output.Sqnr)} dB, the same class in {Text(QuantizationTables.Share(report.Output))} of {report.OutputSamples} samples; ranges on {report.Samples}.</p>\n");
        foreach (string fault in report.Unmatched) page.Append($"<p class=\"bad\">Not matched: {Text(fault)}.</p>\n");
        page.Append("<h2>Along the network</h2>\n<p class=\"soft\">Signal to quantization noise in dB; lower is worse.<span class=\"key\" style=\"background:var(--one)\"></span>the node alone<span class=\"key\" style=\"background:var(--two)\"></span>within the quantized network<span class=\"key\" style=\"background:var(--three)\"></span>the network's output, only this node quantized</p>\n");
        Picture(page, report);
        page.Append("<h2>Leaving the first culprits in floats</h2>\n<ul>\n");
        foreach (ExclusionTrial e in report.Exclusions)
            page.Append($"<li><code>-m \"{Text(e.Option)}\"</code>: output {QuantizationTables.Decibels(e.Output.Sqnr)} dB, the same class in {Text(QuantizationTables.Share(e.Output))}; {Units.Bytes(e.Bytes)} more, {QuantizationTables.MacShare(e.Macs, report.Macs)} of the MACs in floats</li>\n");
        page.Append("</ul>\n<h2>Nodes, the greatest damage first</h2>\n");
        Nodes(page, report);
        return page.Append("</body></html>\n").ToString();
    }

    private static void Picture(StringBuilder page, QuantizationReport report)
    {
        int width = Left + Math.Max(10, report.Nodes.Length) * Step + 10, foot = Height - Bottom;
        page.Append($"<div class=\"wide\"><svg role=\"img\" aria-label=\"SQNR along the network\" viewBox=\"0 0 {width} {Height}\" width=\"{width}\" height=\"{Height}\">\n");
        for (double level = LeastDecibels; level <= MostDecibels; level += 20)
            page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{width}\" y1=\"{Y(level):0.#}\" y2=\"{Y(level):0.#}\" stroke=\"var(--line)\"/><text x=\"{Left - 6}\" y=\"{Y(level) + 4:0.#}\" text-anchor=\"end\">{level:0}</text>\n");
        Line(page, report, n => n.Alone, "var(--one)");
        Line(page, report, n => n.Accumulated, "var(--two)");
        Line(page, report, n => n.Output.Sqnr, "var(--three)");
        for (int i = 0; i < report.Nodes.Length; i++)
        {
            NodeDiagnosis n = report.Nodes[i];
            page.Append($"<rect x=\"{X(i) - Step / 2}\" y=\"{Top}\" width=\"{Step}\" height=\"{foot - Top}\" fill=\"transparent\"><title>{Text(n.Name)} ({Text(n.Operator)}): alone {QuantizationTables.Decibels(n.Alone)}, in all {QuantizationTables.Decibels(n.Accumulated)}, output {QuantizationTables.Decibels(n.Output.Sqnr)} dB</title></rect>\n");
            page.Append($"<text x=\"{X(i)}\" y=\"{Height - 8}\" text-anchor=\"middle\">{report.Culprits.IndexOf(n) + 1}</text>\n");
        }
        page.Append("</svg></div>\n<p class=\"soft\">The numbers below are ranks in the table.</p>\n");
    }

    private static void Line(StringBuilder page, QuantizationReport report, Func<NodeDiagnosis, double> of, string color)
    {
        (int X, double Y)[] points = [.. report.Nodes.Select((n, i) => (X(i), of(n))).Where(p => !double.IsNaN(p.Item2)).Select(p => (p.Item1, Y(p.Item2)))];
        page.Append($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{string.Join(' ', points.Select(p => FormattableString.Invariant($"{p.X},{p.Y:0.#}")))}\"/>\n");
        foreach ((int x, double y) in points) page.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x}\" cy=\"{y:0.#}\" r=\"2.5\" fill=\"{color}\"/>");
        page.Append('\n');
    }

    private static void Nodes(StringBuilder page, QuantizationReport report)
    {
        page.Append("<div class=\"wide\"><table><tr><th class=\"n\"></th><th>node</th><th>operator</th><th class=\"n\">bits</th><th class=\"n\">alone</th><th class=\"n\">in all</th><th class=\"n\">output</th><th class=\"n\">same class</th><th class=\"n\">without</th><th class=\"n\">bytes</th><th>result: numbers and range</th><th>verdict</th></tr>\n");
        for (int i = 0; i < report.Culprits.Length; i++)
        {
            NodeDiagnosis n = report.Culprits[i];
            page.Append($"<tr><td class=\"n\">{i + 1}</td><td>{Text(n.Name)}</td><td>{Text(n.Operator)}</td><td class=\"n\">{QuantizationTables.Bits(n)}</td><td class=\"n\">{QuantizationTables.Decibels(n.Alone)}</td><td class=\"n\">{QuantizationTables.Decibels(n.Accumulated)}</td><td class=\"n\">{QuantizationTables.Decibels(n.Output.Sqnr)}</td>")
                .Append($"<td class=\"n\">{QuantizationTables.Share(n.Output)}</td><td class=\"n\" title=\"left out: {Text(string.Join(", ", n.Exclude))}\">{QuantizationTables.Decibels(n.Without.Sqnr)}</td><td class=\"n\">{Units.Count(n.ExcludedBytes)}</td><td>");
            if (n.Result is { } r) Histogram(page, r);
            page.Append($"</td><td>{Text(string.Join("; ", n.Verdicts))}</td></tr>\n");
        }
        page.Append("</table></div>\n");
    }

    // Bars by the root of their counts, so that tails can be seen; the range that codes can say is the line below.
    private static void Histogram(StringBuilder page, ActivationDiagnosis r)
    {
        const int Width = 160, High = 30;
        double low = Math.Min(r.Seen.Low, r.Represented.Low), high = Math.Max(r.Seen.High, r.Represented.High), most = Math.Sqrt(Math.Max(1, r.Histogram.Max()));
        double At(double number) => high > low ? (number - low) / (high - low) * Width : 0;
        double part = ((double)r.Seen.High - r.Seen.Low) / r.Histogram.Length;
        page.Append($"<svg viewBox=\"0 0 {Width} {High + 6}\" width=\"{Width}\" height=\"{High + 6}\"><title>numbers {QuantizationTables.Range(r.Seen)}, range {QuantizationTables.Range(r.Represented)}, scale {r.Scale.ToString("G3", CultureInfo.InvariantCulture)}, cut off {Units.PercentShort(r.ClippedLow + r.ClippedHigh)}, codes used {Units.PercentShort(r.CodesUsed)}</title>");
        for (int i = 0; i < r.Histogram.Length; i++)
        {
            double tall = Math.Sqrt(r.Histogram[i]) / most * High;
            if (tall > 0) page.Append(CultureInfo.InvariantCulture, $"<rect x=\"{At(r.Seen.Low + i * part):0.##}\" y=\"{High - tall:0.##}\" width=\"{Math.Max(0.5, At(low + part)):0.##}\" height=\"{tall:0.##}\" fill=\"var(--fill)\"/>");
        }
        page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{At(r.Represented.Low):0.##}\" x2=\"{At(r.Represented.High):0.##}\" y1=\"{High + 3}\" y2=\"{High + 3}\" stroke=\"var(--one)\" stroke-width=\"3\"/></svg>");
    }

    private static int X(int node) => Left + node * Step + Step / 2;

    private static double Y(double decibels) => Top + (MostDecibels - Math.Clamp(decibels, LeastDecibels, MostDecibels)) / (MostDecibels - LeastDecibels) * (Height - Bottom - Top);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
