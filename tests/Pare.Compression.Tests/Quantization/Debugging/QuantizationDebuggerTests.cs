using Pare.Compression.Quantization;

namespace Pare.Compression.Tests.Quantization;

public class QuantizationDebuggerTests
{
    public static TheoryData<string, string, string> Spoilings { get; } = new()
    {
        { "weight scale x 10", "conv1", "10 times too large" },
        { "weight scale x 0.1", "conv4", "10 times too small" },
        { "weight scale x 0.1", "fc", "10 times too small" },
        { "channel scale x 10", "conv4", "scale of channel 3" },
        { "channel scale x 10", "conv2", "scale of channel 3" },
        { "two bits", "conv2", "2 bits are too few" },
        { "two bits", "conv5", "2 bits are too few" },
        { "permuted", "conv3", "another order" },
        { "permuted", "conv5", "another order" },
        { "weight zero point", "conv4", "zero point" },
        { "bias", "conv5", "bias shifted" },
        { "bias", "conv1", "bias shifted" },
        { "range cut relu1", "conv1", "cuts off" },
        { "range cut relu3", "add", "cuts off" },
        { "range cut relu5", "conv5", "cuts off" },
        { "range wide relu2", "conv2", "times wider" },
        { "range wide relu4", "conv4", "times wider" },
        { "zero point bn3", "conv3", "beside" },
        { "range cut x", "x", "cuts off" },
    };

    [Theory, MemberData(nameof(Spoilings))]
    public void Run_OneLayerSpoiled_RanksItFirstAndSaysWhy(string how, string layer, string verdict)
    {
        QuantizationReport report = DebugNetwork.Debug(Spoil(DebugNetwork.Quantized, how, layer));
        string all = string.Join('\n', report.Culprits.Select(c => FormattableString.Invariant($"{c.Name} {c.Output.Sqnr:0.0} {c.Alone:0.0} {string.Join("; ", c.Verdicts)}")));
        report.Culprits[0].Name.ShouldBe(layer == "x" ? DebugNetwork.Floats.Inputs[0].Name : layer, all);
        report.Culprits[0].Verdicts.ShouldNotBeEmpty(all);
        report.Culprits[0].Verdicts[0].ShouldContain(verdict, Case.Sensitive, all);
        report.Unmatched.ShouldBeEmpty();
        report.Exclusions[0].Output.Sqnr.ShouldBeGreaterThan(report.Output.Sqnr + 3);
    }

    internal static Model Spoil(Model model, string how, string layer) => how.Split(' ') switch
    {
        ["weight", "scale", "x", var factor] => model.Weight(layer, w => Spoiling.Scaled(w, float.Parse(factor, System.Globalization.CultureInfo.InvariantCulture))),
        ["channel", ..] => model.Weight(layer, w => Spoiling.Scaled(w, 10, channel: 3)),
        ["two", "bits"] => model.Weight(layer, w => Spoiling.Bits(w, 2)),
        ["permuted"] => model.Weight(layer, Spoiling.Permuted),
        ["weight", "zero", ..] => model.Weight(layer, w => Spoiling.Shifted(w, 30)),
        ["bias"] => model.Bias(layer, 1),
        ["range", "cut", var value] => model.Range(Value(model, value), 0.1f),
        ["range", "wide", var value] => model.Range(Value(model, value), 40),
        ["zero", "point", var value] => model.Range(Value(model, value), 1, zero: 90),
        _ => throw new ArgumentException(how),
    };

    private static string Value(Model model, string name) => name == "x" ? model.Inputs[0].Name : name == "bn3" ? model.Nodes.Single(n => n.Name == "conv3").Outputs[0] : name;
}
