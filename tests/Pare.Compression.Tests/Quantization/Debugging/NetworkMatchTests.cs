using Pare.Compression.Methods;
using Pare.Compression.Quantization.Debugging;
using Pare.Compression.Zoo;
using Pare.Operators;

namespace Pare.Compression.Tests.Quantization;

public class NetworkMatchTests
{
    private static string Ranking(QuantizationReport report) => string.Join('\n', report.Culprits.Select(c => FormattableString.Invariant($"{c.Name} {c.Output.Sqnr:0.000} {c.Alone:0.000} {c.Accumulated:0.000}")));

    [Fact]
    public void Run_EveryNameAnother_FindsTheSame()
    {
        QuantizationReport named = DebugNetwork.Debug(DebugNetwork.Quantized), renamed = DebugNetwork.Debug(Renamed(DebugNetwork.Quantized));
        renamed.Unmatched.ShouldBeEmpty();
        Ranking(renamed).ShouldBe(Ranking(named));
        named.Nodes.Select(n => n.Name).ShouldBe(["image", "conv1", "conv2", "conv3", "add", "conv4", "conv5", "pool", "fc"]);
    }

    [Fact]
    public void Run_NamesOfOtherNodes_FollowsTheGraph()
    {
        // An exporter that numbers values: its names are those of other nodes of the float network.
        Model swapped = Renamed(DebugNetwork.Quantized, n => n switch { "conv2" => "conv3", "conv3" => "conv2", _ => n });
        QuantizationReport report = DebugNetwork.Debug(swapped);
        report.Unmatched.ShouldBeEmpty();
        Ranking(report).ShouldBe(Ranking(DebugNetwork.Debug(DebugNetwork.Quantized)));
    }

    [Fact]
    public void Run_SumTheOtherWayRound_Matches()
    {
        var editor = new ModelEditor(Renamed(DebugNetwork.Quantized));
        Node add = editor.Nodes.Single(n => n.Operator is Binary { Name: "Add" });
        editor.Replace(add, add with { Inputs = [add.Inputs[1], add.Inputs[0]] });
        DebugNetwork.Debug(editor.Build()).Unmatched.ShouldBeEmpty();
    }

    [Fact]
    public void Run_RectifierLeftToTheRange_Matches()
    {
        // ONNX Runtime's quantizer takes rectifiers out where the zero point is the least code.
        var editor = new ModelEditor(DebugNetwork.Quantized);
        foreach (Node relu in editor.Nodes.Where(n => n.Operator is Unary { Name: "Relu" }).ToList())
        {
            editor.Remove(relu);
            editor.ReplaceUses(relu.Outputs[0], relu.Inputs[0]);
        }
        QuantizationReport report = DebugNetwork.Debug(editor.Build());
        report.Unmatched.ShouldBeEmpty();
        Ranking(report).ShouldBe(Ranking(DebugNetwork.Debug(DebugNetwork.Quantized)));
    }

    [Fact]
    public void Run_NodeWithoutCounterpart_IsSaid()
    {
        var editor = new ModelEditor(DebugNetwork.Quantized);
        Node pool = editor.Nodes.Single(n => n.Name == "relu4");
        editor.Replace(pool, pool with { Operator = new Unary(UnaryFunctions.Tanh) });
        QuantizationReport report = DebugNetwork.Debug(editor.Build());
        report.Unmatched.ShouldContain(u => u.Contains("relu4") && u.Contains("Tanh"));
        report.Nodes.Select(n => n.Name).ShouldContain("conv2");
    }

    [Fact]
    public void Run_NarrowCodes_AreMeasuredWithTheirClips()
    {
        Model quantized = new QuantizeStatic().Apply(DebugNetwork.Floats, new QuantizeStaticSettings { ActivationBits = 4, WeightBits = 4 }, new CompressionContext { Calibration = DebugNetwork.Samples, Seed = 1, Threads = 2 });
        QuantizationReport report = DebugNetwork.Debug(quantized);
        report.Unmatched.ShouldBeEmpty();
        report.Nodes.ShouldAllBe(n => n.Result!.Bits == 4);
        report.Nodes.Where(n => n.Weight is not null).ShouldAllBe(n => n.Weight!.Bits == 4);
        report.Culprits[0].Verdicts[0].ShouldContain("4 bits");
    }

    [Fact]
    public void Run_WeightsAlone_HaveNoRanges()
    {
        Model quantized = new QuantizeWeights().Apply(DebugNetwork.Floats, new QuantizeWeightsSettings { WeightBits = 3 });
        QuantizationReport report = DebugNetwork.Debug(quantized);
        report.Unmatched.ShouldBeEmpty();
        report.Nodes.Select(n => n.Name).ShouldBe(["conv1", "conv2", "conv3", "conv4", "conv5", "fc"]);
        report.Nodes.ShouldAllBe(n => n.Result == null && n.ResultAlone == null && n.Weight!.Bits == 3 && n.Exclude.SequenceEqual(new[] { n.Name }));
        report.Exclusions[^1].Output.Sqnr.ShouldBeGreaterThan(report.Output.Sqnr);
    }

    [Fact]
    public void Run_OtherNetworks_SaysWhatIsWrong()
    {
        Should.Throw<ModelException>(() => DebugNetwork.Debug(DebugNetwork.Floats)).Message.ShouldContain("Nothing is quantized");
        Model other = Pare.Compression.Tests.Training.TestNets.Perceptron();
        Should.Throw<ModelException>(() => DebugNetwork.Debug(other)).Message.ShouldContain("do not belong together");
        // Layers of the same names and other widths.
        Model narrow = new NetworkBuilder("narrow", 5, 2, 6, 6).Conv("conv1", 4, 3, pad: 1).Relu("relu1").Conv("conv4", 6, 3, pad: 1).GlobalAveragePool("pool").Linear("fc", 3).Build();
        Should.Throw<ModelException>(() => DebugNetwork.Debug(DebugNetwork.Quantized, narrow)).Message.ShouldContain("do not belong together");
    }

    [Theory]
    [InlineData(float.NaN), InlineData(0), InlineData(float.PositiveInfinity)]
    public void Run_ScaleThatIsNone_SaysWhichNode(float scale)
    {
        Model broken = DebugNetwork.Quantized.Range("relu2", scale);
        Should.Throw<ModelException>(() => DebugNetwork.Debug(broken)).Message.ShouldContain("relu2");
    }

    [Fact]
    public void Run_ScaleThatMakesNaN_IsTheFirstCulprit()
    {
        Model broken = DebugNetwork.Quantized.Weight("conv4", w => Spoiling.Scaled(w, float.NaN, channel: 1));
        NodeDiagnosis first = DebugNetwork.Debug(broken).Culprits[0];
        first.Name.ShouldBe("conv4");
        first.Verdicts.ShouldHaveSingleItem().ShouldContain("not finite");
    }

    [Fact]
    public void Run_FloatsThatAreNotFinite_SaysWhichValue()
    {
        Model broken = DebugNetwork.Floats.WithWeights([KeyValuePair.Create("conv1.weight", (WeightEncoding)new Dense(DebugNetwork.Floats.Weights["conv1.weight"].Shape, Enumerable.Repeat(float.NaN, DebugNetwork.Floats.Weights["conv1.weight"].Length).ToArray()))]);
        Should.Throw<DataException>(() => DebugNetwork.Debug(DebugNetwork.Quantized, broken)).Message.ShouldContain("of the float network is NaN or infinite");
    }

    private static Model Renamed(Model model, Func<string, string>? rename = null)
    {
        Dictionary<string, string> names = model.Types.Keys.Concat(model.Nodes.SelectMany(n => n.Outputs)).Distinct().Where(v => v.Length > 0)
            .Select((v, i) => (v, i)).ToDictionary(p => p.v, p => rename is null ? $"value_{p.i}" : rename(p.v));
        string Name(string v) => v.Length == 0 ? v : names[v];
        var editor = new ModelEditor { Metadata = model.Metadata };
        foreach ((string name, TensorType type) in model.Inputs) editor.AddInput(Name(name), type);
        foreach ((string name, WeightEncoding weight) in model.Weights) editor.SetWeight(Name(name), weight);
        foreach ((string name, Tensor constant) in model.Constants) editor.SetConstant(Name(name), constant);
        int number = 0;
        foreach (Node node in model.Nodes) editor.Add(node with { Name = rename is null ? $"node_{number++}" : rename(node.Name), Inputs = [.. node.Inputs.Select(Name)], Outputs = [.. node.Outputs.Select(Name)] });
        editor.SetOutputs(model.Outputs.Select(Name));
        return editor.Build();
    }
}
