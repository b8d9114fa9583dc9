using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Says in words what is wrong with a quantized node: rules on what was measured.</summary>
internal static class QuantizationVerdicts
{
    // Parts that come nearer than this to their floats need no verdict: 8 bits reach some 40 dB.
    private const double GoodEnough = 32;

    // Codes this narrow lose much where nothing else is wrong.
    private const int FewBits = 6;

    // Of few codes even the best scales cut off much.
    private const double ManyClipped = 0.002, ManyClippedOfFewBits = 0.25, MuchWider = 4, WrongGain = 1.25, FarChannels = 16, WrongShift = 0.05, Outlier = 8, MultipleFrom = 0.9;

    /// <summary>The verdicts, those on the part with the greatest error first.</summary>
    public static ImmutableArray<string> Of(NodeDiagnosis node)
    {
        if (double.IsNegativeInfinity(node.Alone) || node.Weight is { } w && !double.IsFinite(w.Gain))
            return ["makes numbers that are not finite: look at its scales, and quantize it again"];
        (double? Decibels, Func<string?> Rule)[] parts =
        [
            (node.WeightAlone, () => node.Weight is { } weight ? OfWeight(weight, node.Name) : null),
            (node.ResultAlone, () => node.Result is { } result ? OfResult(result) : null),
            (node.BiasAlone, () => FormattableString.Invariant($"bias shifted: alone it brings the result down to {node.BiasAlone:0.#} dB; take that of the float network (quantize.static keeps biases), or another bias-correction")),
        ];
        return [.. parts.Where(p => p.Decibels < GoodEnough).OrderBy(p => p.Decibels).Select(p => p.Rule()).OfType<string>()];
    }

    private static string? OfWeight(WeightDiagnosis w, string node)
    {
        string bits = $"more bits (weight-bits={{{node}: 8, default: {w.Bits}}}) or rounding=adaround";
        if (w.Rearranged) return "the weights are the float network's in another order: a wrong axis or layout when the model was made";
        if (IsOff(w.OddGain)) return $"the scale of channel {w.OddChannel} is wrong: its weights are {Times(w.OddGain)}; quantize again";
        if (w.Correlation > MultipleFrom && IsOff(w.Gain)) return $"the scale is wrong: the weights are {Times(w.Gain)}; quantize again";
        if (Math.Abs(w.Shift) > WrongShift && w.Bits is null or > FewBits) return FormattableString.Invariant($"the weights are shifted by {w.Shift:0.##} of their size: a wrong zero point; quantize again");
        if (w.Clipped > (w.Bits <= FewBits ? ManyClippedOfFewBits : ManyClipped)) return FormattableString.Invariant($"the scales cut off {Percent(w.Clipped)} of the weights: take the greatest magnitude as scale (weight-scale=max), or more bits");
        if (w.Granularity == WeightGranularity.Tensor && w.ChannelRatio > FarChannels) return FormattableString.Invariant($"one scale for channels that differ {w.ChannelRatio:0}-fold: per=channel, or quantize.equalize first");
        if (w.Bits <= FewBits) return $"{w.Bits} bits are too few here: {bits}";
        if (w.Correlation < MultipleFrom) return FormattableString.Invariant($"the weights are not the float network's (correlation {w.Correlation:0.00}): give the network that was quantized, or quantize again");
        return w.ChannelRatio > FarChannels ? FormattableString.Invariant($"magnitudes of channels differ {w.ChannelRatio:0}-fold: quantize.equalize first, or more bits") : null;
    }

    private static string? OfResult(ActivationDiagnosis r)
    {
        double clipped = r.ClippedLow + r.ClippedHigh, seen = Width(r.Seen.WithZero()), represented = Width(r.Represented);
        bool beside = represented > 0.5 * seen && represented < 2 * seen && Math.Max(Empty(r.Represented.High, r.Seen.High), Empty(-r.Represented.Low, -r.Seen.Low)) > 0.1 * represented;
        if (clipped > ManyClipped && beside) return $"range of {Text(r.Represented)} lies beside the values of {Text(r.Seen)}, which loses {Percent(clipped)} of them: a wrong zero point; recalibrate";
        if (clipped > ManyClipped) return $"range of {Text(r.Represented)} cuts off {Percent(clipped)} of the values, which reach from {Text(r.Seen)}: recalibrate (calibration=minmax)";
        if (seen > 0 && represented > MuchWider * seen) return FormattableString.Invariant($"range is {represented / seen:0} times wider than the values: a wrong scale, or an outlier when it was calibrated (calibration=percentile or mse)");
        if (seen > 0 && Math.Max(Math.Abs(r.Seen.Low), Math.Abs(r.Seen.High)) is var most && r.Bulk > 0 && most > Outlier * r.Bulk)
            return FormattableString.Invariant($"a few values reach {most / r.Bulk:0} times further than 99.9 % of them, and the range holds them: calibration=percentile or mse");
        if (r.Bits <= FewBits) return $"{r.Bits} bits are too few for this value: activation-bits=8";
        return null;
    }

    private static bool IsOff(double gain) => gain > WrongGain || gain < 1 / WrongGain;

    private static string Times(double gain) =>
        gain < 0 ? "of the wrong sign" : gain >= 1 ? FormattableString.Invariant($"{gain:0.#} times too large") : FormattableString.Invariant($"{1 / gain:0.#} times too small");

    private static double Empty(double represented, double seen) => represented - Math.Max(0, seen);

    private static double Width(ActivationRange range) => (double)range.High - range.Low;

    private static string Percent(double share) => FormattableString.Invariant($"{100 * share:0.#} %");

    private static string Text(ActivationRange range) => FormattableString.Invariant($"[{range.Low:G3}, {range.High:G3}]");
}
