using System.Text.Json.Nodes;
using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Debugging;
using Pare.Compression.Settings;

namespace Pare.Cli.Commands;

/// <summary>What <c>debug quantization --json</c> prints. A ratio is null where nothing differs, with "exact", or where it is not finite, with "broken".</summary>
internal static class QuantizationJson
{
    /// <summary>The whole object.</summary>
    public static JsonObject Of(string path, string against, string data, QuantizationReport report) => new()
    {
        ["model"] = path,
        ["against"] = against,
        ["data"] = data,
        ["samples"] = report.Samples,
        ["output_samples"] = report.OutputSamples,
        ["output"] = Fidelity(report.Output),
        ["macs"] = report.Macs,
        ["culprits"] = Names(report.Culprits.Select(c => c.Name)),
        ["nodes"] = new JsonArray([.. report.Nodes.Select(n => (JsonNode)Node(report, n))]),
        ["exclusions"] = new JsonArray([.. report.Exclusions.Select(e => (JsonNode)new JsonObject
        {
            ["culprits"] = e.Culprits,
            ["nodes"] = Names(e.Nodes),
            ["method"] = e.Option,
            ["output"] = Fidelity(e.Output),
            ["bytes"] = e.Bytes,
            ["macs"] = e.Macs,
        })]),
        ["unmatched"] = Names(report.Unmatched),
    };

    private static JsonObject Node(QuantizationReport report, NodeDiagnosis n) => new()
    {
        ["name"] = n.Name,
        ["operator"] = n.Operator,
        ["rank"] = report.Culprits.IndexOf(n) + 1,
        ["alone"] = Ratio(n.Alone),
        ["accumulated"] = double.IsNaN(n.Accumulated) ? null : Ratio(n.Accumulated),
        ["weight_alone"] = Ratio(n.WeightAlone),
        ["bias_alone"] = Ratio(n.BiasAlone),
        ["operands_alone"] = Ratio(n.OperandsAlone),
        ["result_alone"] = Ratio(n.ResultAlone),
        ["output"] = Fidelity(n.Output),
        ["exclude"] = Names(n.Exclude),
        ["without"] = Fidelity(n.Without),
        ["excluded_bytes"] = n.ExcludedBytes,
        ["excluded_macs"] = n.ExcludedMacs,
        ["weight"] = n.Weight is { } w ? Weight(w) : null,
        ["result"] = n.Result is { } r ? Result(r) : null,
        ["verdicts"] = Names(n.Verdicts),
    };

    private static JsonObject Weight(WeightDiagnosis w) => new()
    {
        ["name"] = w.Weight,
        ["bits"] = w.Bits,
        ["per"] = w.Granularity is { } per ? Setting.Text(per) : null,
        ["least_scale"] = Finite(w.LeastScale),
        ["most_scale"] = Finite(w.MostScale),
        ["seen"] = Range(w.Seen),
        ["represented"] = Range(w.Represented),
        ["clipped"] = Finite(w.Clipped),
        ["codes_used"] = w.CodesUsed,
        ["channel_ratio"] = Finite(w.ChannelRatio),
        ["correlation"] = Finite(w.Correlation),
        ["gain"] = Finite(w.Gain),
        ["shift"] = Finite(w.Shift),
        ["odd_channel"] = w.OddChannel,
        ["odd_gain"] = Finite(w.OddGain),
        ["rearranged"] = w.Rearranged,
    };

    private static JsonObject Result(ActivationDiagnosis r) => new()
    {
        ["value"] = r.Value,
        ["bits"] = r.Bits,
        ["scale"] = r.Scale,
        ["zero"] = r.Zero,
        ["seen"] = Range(r.Seen),
        ["represented"] = Range(r.Represented),
        ["clipped_low"] = r.ClippedLow,
        ["clipped_high"] = r.ClippedHigh,
        ["codes_used"] = r.CodesUsed,
        ["bulk"] = Finite(r.Bulk),
        ["histogram"] = new JsonArray([.. r.Histogram.Select(c => (JsonNode)c)]),
    };

    private static JsonObject Fidelity(OutputFidelity f)
    {
        JsonObject result = Ratio(f.Sqnr);
        result["agreement"] = f.Agreement;
        return result;
    }

    private static JsonObject? Ratio(double? decibels) => decibels is { } given ? Ratio(given) : null;

    private static JsonObject Ratio(double decibels) => new()
    {
        ["sqnr"] = Finite(decibels),
        ["exact"] = double.IsPositiveInfinity(decibels),
        ["broken"] = double.IsNegativeInfinity(decibels),
    };

    private static JsonArray Range(ActivationRange range) => new(Finite(range.Low), Finite(range.High));

    private static JsonArray Names(IEnumerable<string> names) => [.. names.Select(n => (JsonNode)n)];

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
