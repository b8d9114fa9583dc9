using System.Text.Json;
using Pare.Cli;
using Pare.Encodings;

namespace Pare.EndToEnd.Tests.Cli;

public class DebugQuantizationTests
{
    // The smallest network, quantized by the program itself, with one scale spoiled.
    private static string Spoiled(Sandbox sandbox, string data)
    {
        sandbox.Run("compress", sandbox.Network(), "-m", "quantize.static:samples=40", "--data", data, "--no-test", "-o", "@q.pare").ShouldExit(ExitCode.Done);
        Model model = ModelFile.Load(sandbox.At("q.pare"));
        string weight = model.Weights.Single(w => w.Key.Contains('2') && w.Value is Scaled).Key;
        var scaled = (Scaled)model.Weights[weight];
        var wrong = new Scaled(scaled.Axis, new Dense(scaled.Scales.Shape, scaled.Scales.ToArray().Select(s => s * 10).ToArray()), scaled.Inner);
        ModelFile.Save(model.WithWeights([KeyValuePair.Create(weight, (WeightEncoding)wrong)]), sandbox.At("spoiled.pare"));
        return weight;
    }

    [Fact]
    public void Debug_OneLayerSpoiled_NamesItWithAnOptionThatCompressTakes()
    {
        using var sandbox = new Sandbox();
        string data = sandbox.Digits(), weight = Spoiled(sandbox, data);
        string[] line = ["debug", "quantization", "@spoiled.pare", "--against", "@net.onnx", "--data", data, "--samples", "50", "--output-samples", "20"];
        JsonElement json = sandbox.Run([.. line, "--json"]).ShouldExit(ExitCode.Done).Json;
        string first = json.GetProperty("culprits")[0].GetString()!;
        ModelFile.Load(sandbox.At("spoiled.pare")).Nodes.Single(n => n.Name == first).Inputs.ShouldContain(weight);
        JsonElement node = json.GetProperty("nodes").EnumerateArray().Single(n => n.GetProperty("name").GetString() == first);
        node.GetProperty("rank").GetInt32().ShouldBe(1);
        node.GetProperty("verdicts")[0].GetString()!.ShouldContain("10 times too large");
        node.GetProperty("weight").GetProperty("gain").GetDouble().ShouldBe(10, 0.1);
        string method = json.GetProperty("exclusions")[0].GetProperty("method").GetString()!;
        sandbox.Run("compress", "@net.onnx", "-m", method, "--data", data, "--no-test", "-o", "@less.pare").ShouldExit(ExitCode.Done);
        ModelFile.Load(sandbox.At("less.pare")).Weights.Values.Count(w => w is Scaled).ShouldBe(2);

        Result text = sandbox.Run([.. line, "--top", "2", "--html", "@page.html"]).ShouldExit(ExitCode.Done);
        text.Out.ShouldContain("10 times too large");
        text.Out.ShouldContain($"-m \"{method}\"");
        string page = File.ReadAllText(sandbox.At("page.html"));
        page.ShouldContain("<svg");
        page.ShouldContain("prefers-color-scheme: dark");
        page.ShouldContain("10 times too large");
        page.ShouldNotContain("http");
        page.ShouldNotContain("NaN");
    }

    [Fact]
    public void Debug_BadInput_SaysWhatToDo()
    {
        using var sandbox = new Sandbox();
        string data = sandbox.Digits(), net = sandbox.Network();
        sandbox.Run("debug", "latency", net).ShouldExit(ExitCode.Usage).Error.ShouldContain("quantization");
        sandbox.Run("debug", "quantization", net, "--against", net).ShouldExit(ExitCode.Usage).Error.ShouldContain("--data");
        sandbox.Run("debug", "quantization", net, "--data", data).ShouldExit(ExitCode.Usage).Error.ShouldContain("--against");
        sandbox.Run("debug", "quantization", net, "--against", net, "--data", data).ShouldExit(ExitCode.Error).Error.ShouldContain("Nothing is quantized");
        sandbox.Run("new", "resnet-8", "-o", "@other.onnx").ShouldExit(ExitCode.Done);
        sandbox.Run("debug", "quantization", net, "--against", "@other.onnx", "--data", data).ShouldExit(ExitCode.Error).Error.ShouldContain("do not belong together");
        sandbox.Run("debug", "quantization", net, "--against", net, "--data", data, "--html", "@no/page.html").ShouldExit(ExitCode.Usage).Error.ShouldContain("does not exist");
    }
}
