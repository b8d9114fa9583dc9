using System.Globalization;
using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Debugging;

namespace Pare.Cli.Output;

/// <summary>What <c>debug quantization</c> shows.</summary>
internal static class QuantizationTables
{
    /// <summary>Everything.</summary>
    public static void Show(Terminal terminal, string path, string against, QuantizationReport report, int top)
    {
        terminal.Line($"{path} against {against}");
        terminal.Line($"output: {Decibels(report.Output.Sqnr)} dB{Agreement(report.Output)} ({Units.Count(report.OutputSamples)} samples; ranges on {Units.Count(report.Samples)})");
        terminal.Heading($"Culprits ({Math.Min(top, report.Culprits.Length)} of {report.Culprits.Length} quantized nodes)");
        TextTable damage = new TextTable().Right("").Left("node").Left("operator").Right("bits").Right("scale").Right("alone").Right("in all").Right("output").Right("same class").Left("verdict");
        TextTable ranges = new TextTable().Left("node").Left("").Right("seen").Right("represented").Right("cut off").Right("codes used").Right("channels differ");
        TextTable costs = new TextTable().Left("node").Right("without").Right("same class").Right("bytes").Right("MACs").Left("leave out");
        for (int i = 0; i < Math.Min(top, report.Culprits.Length); i++)
        {
            NodeDiagnosis n = report.Culprits[i];
            damage.Row($"{i + 1}", n.Name, n.Operator, Bits(n), Scale(n), Decibels(n.Alone), Decibels(n.Accumulated), Decibels(n.Output.Sqnr), Share(n.Output), string.Join("; ", n.Verdicts));
            if (n.Weight is { } w) ranges.Row(n.Name, "weight", Range(w.Seen), Range(w.Represented), Units.PercentShort(w.Clipped), w.CodesUsed is { } used ? Units.PercentShort(used) : "", Units.Ratio(w.ChannelRatio));
            if (n.Result is { } r) ranges.Row(n.Name, "result", Range(r.Seen), Range(r.Represented), $"{Units.PercentShort(r.ClippedLow)} + {Units.PercentShort(r.ClippedHigh)}", Units.PercentShort(r.CodesUsed));
            costs.Row(n.Name, Decibels(n.Without.Sqnr), Share(n.Without), Units.Bytes(n.ExcludedBytes), MacShare(n.ExcludedMacs, report.Macs), string.Join(", ", n.Exclude));
        }
        terminal.Table(damage);
        if (report.Culprits.Take(top).All(c => c.Verdicts.IsEmpty)) terminal.Prose("Nothing is wrong with single nodes: what is lost is the noise of their widths.");
        terminal.Heading("Ranges");
        terminal.Table(ranges);
        terminal.Heading("Leaving nodes in floats, and the output then");
        terminal.Table(costs);
        terminal.Heading("Options for pare compress");
        foreach (ExclusionTrial e in report.Exclusions)
        {
            terminal.Line($"-m \"{e.Option}\"");
            terminal.Line($"    output {Decibels(e.Output.Sqnr)} dB{Agreement(e.Output)}; {Units.Bytes(e.Bytes)} more, {MacShare(e.Macs, report.Macs)} of the MACs in floats");
        }
    }

    /// <summary>"31.2"; "exact" where nothing differs, "broken" where it is not finite, "" where it is not known.</summary>
    public static string Decibels(double ratio) =>
        double.IsNaN(ratio) ? "" : double.IsPositiveInfinity(ratio) ? "exact" : double.IsNegativeInfinity(ratio) ? "broken" : ratio.ToString("0.0", CultureInfo.InvariantCulture);

    /// <summary>"8/8": of the weight and of the result.</summary>
    public static string Bits(NodeDiagnosis n) => $"{n.Weight?.Bits?.ToString(CultureInfo.InvariantCulture) ?? "-"}/{n.Result?.Bits.ToString(CultureInfo.InvariantCulture) ?? "-"}";

    /// <summary>The scale of the result.</summary>
    public static string Scale(NodeDiagnosis n) => n.Result?.Scale.ToString("G3", CultureInfo.InvariantCulture) ?? "";

    /// <summary>"99.0 %", or nothing.</summary>
    public static string Share(OutputFidelity output) => output.Agreement is { } share ? Units.PercentShort(share) : "";

    /// <summary>"-1.5..2".</summary>
    public static string Range(ActivationRange range) => FormattableString.Invariant($"{range.Low:G3}..{range.High:G3}");

    /// <summary>The share of a network's multiplications.</summary>
    public static string MacShare(long macs, long all) => Units.PercentShort(all == 0 ? 0 : (double)macs / all);

    private static string Agreement(OutputFidelity output) => output.Agreement is { } share ? $", the same class in {Units.PercentShort(share)}" : "";
}
