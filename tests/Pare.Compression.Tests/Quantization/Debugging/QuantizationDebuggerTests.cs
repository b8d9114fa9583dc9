using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Methods;
using Pare.Compression.Quantization.Debugging;

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

    [Fact]
    public void Run_Exclusions_AreOptionsThatCompressReads()
    {
        QuantizationReport report = DebugNetwork.Debug(DebugNetwork.Quantized);
        foreach (ExclusionTrial trial in report.Exclusions)
        {
            RecipeStep step = Recipe.FromArguments([trial.Option]).Steps.ShouldHaveSingleItem();
            step.Settings.ShouldBeOfType<QuantizeStaticSettings>().Exclude.ShouldBe(trial.Nodes);
            // What the method makes of it is no worse than was promised.
            Model less = new QuantizeStatic().Apply(DebugNetwork.Floats, (QuantizeStaticSettings)step.Settings, new CompressionContext { Calibration = DebugNetwork.Samples, Seed = 1, Threads = 2 });
            DebugNetwork.Debug(less).Output.Sqnr.ShouldBeGreaterThan(trial.Output.Sqnr - 0.5, trial.Option);
            (trial.Bytes, trial.Macs).ShouldBe((trial.Nodes.Sum(n => Stored(n)), trial.Nodes.Sum(n => Macs(n))));
        }
    }

    // Floats of 4 bytes less what the weight takes in the file.
    private static long Stored(string node)
    {
        Node n = DebugNetwork.Quantized.Nodes.Single(o => o.Name == node);
        string? weight = n.Inputs.Skip(1).Take(1).FirstOrDefault(DebugNetwork.Quantized.Weights.ContainsKey);
        return weight is null ? 0 : 4L * DebugNetwork.Quantized.Weights[weight].Length
            - new ModelMeter(new Pare.Compression.Evaluation.EvaluationOptions()).Measure(DebugNetwork.Quantized, new ContainerSettings()).BytesOf(weight);
    }

    private static long Macs(string node) => Pare.Inspection.Profile.Of(DebugNetwork.Floats).Layers.Single(l => l.Node.Name == node).Macs;

    [Fact]
    public void Option_NamesWithSignsOfLists_StillReads()
    {
        var trial = new ExclusionTrial(1, ["/a/b.0/Conv", "x,[1]", "@Conv", "a b"], default, 0, 0);
        RecipeStep step = Recipe.FromArguments([trial.Option]).Steps.ShouldHaveSingleItem();
        step.Settings.ShouldBeOfType<QuantizeStaticSettings>().Exclude.ShouldBe(["/a/b.0/Conv", "x??1?", "?Conv", "a?b"]);
    }

    [Fact]
    public void Run_MoreSamples_TakesThemInBatches()
    {
        QuantizationReport few = DebugNetwork.Debug(DebugNetwork.Quantized, options: new DebugOptions { OutputSamples = 8 }), many = DebugNetwork.Debug(DebugNetwork.Quantized, options: new DebugOptions { OutputSamples = 1000 });
        (few.Samples, few.OutputSamples, many.Samples, many.OutputSamples).ShouldBe((96, 8, 96, 96));
        many.Nodes.ShouldAllBe(n => n.Result!.CodesUsed > 0 && n.Result.Histogram.Sum() % 96 == 0);
    }

    [SharedDataFact("models/resnet-cifar10/resnet20-cifar10.onnx")]
    public void Run_OneLayerOfResNet20Spoiled_RanksItFirst()
    {
        Model floats = ModelFile.Load(SharedData.PathOf("models/resnet-cifar10/resnet20-cifar10.onnx"));
        DataSet pictures = DataSourceCatalog.Default.Find("cifar10").Open(DataPart.Train, new DataLocations([SharedData.Folder!])).Split(32, 1).Validation;
        var preprocessing = new Preprocessing { Mean = [0.485f, 0.456f, 0.406f], Std = [0.229f, 0.224f, 0.225f] };
        foreach ((string key, string value) in preprocessing.ToMetadata()) floats = floats.WithMetadata(floats.Metadata.With(key, value));
        Model quantized = new QuantizeStatic().Apply(floats, new QuantizeStaticSettings(), new CompressionContext { Calibration = pictures, Seed = 1, Threads = 2 });
        (string How, string Layer)[] spoilings =
        [
            ("weight scale x 10", "/conv1/Conv"), ("weight scale x 0.1", "/layer1/layer1.1/conv1/Conv"), ("channel scale x 10", "/layer3/layer3.2/conv2/Conv"), ("two bits", "/layer2/layer2.1/conv1/Conv"),
            ("permuted", "/layer3/layer3.0/conv1/Conv"), ("weight zero point", "/layer1/layer1.2/conv2/Conv"), ("bias", "/layer2/layer2.2/conv1/Conv"), ("range cut", "/layer1/layer1.0/conv1/Conv"),
            ("range cut", "/layer3/layer3.1/conv2/Conv"), ("range wide", "/layer2/layer2.0/conv2/Conv"), ("zero point", "/layer3/layer3.2/conv2/Conv"), ("weight scale x 0.1", "/linear/Gemm"), ("two bits", "/linear/Gemm"),
        ];
        foreach ((string how, string layer) in spoilings)
        {
            string kind = how is "range cut" or "range wide" or "zero point" ? $"{how} {ResultOf(quantized, layer)}" : how;
            QuantizationReport report = QuantizationDebugger.Run(Spoil(quantized, kind, layer), floats, ActivationWalk.For(floats, pictures, 2), new DebugOptions { OutputSamples = 8, MostExcluded = 1 });
            report.Culprits[0].Name.ShouldBe(layer, how);
            report.Culprits[0].Verdicts.ShouldNotBeEmpty($"{how} {layer}");
            report.Unmatched.ShouldBeEmpty();
        }
    }

    // What is quantized behind a layer: behind its rectifier, where it has one.
    private static string ResultOf(Model model, string layer)
    {
        string value = model.Nodes.Single(n => n.Name == layer).Outputs[0];
        return model.Nodes.Any(n => n.Operator is Pare.Operators.QuantizeLinear && n.Inputs[0] == value) ? value : model.Nodes.Single(n => n.Inputs.Contains(value)).Outputs[0];
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
