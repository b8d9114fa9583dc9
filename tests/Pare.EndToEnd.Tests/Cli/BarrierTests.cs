using System.Text.Json;
using Pare.Cli;
using Pare.Formats;
using Pare.Operators;

namespace Pare.EndToEnd.Tests.Cli;

/// <summary>A network with an operator in its middle that the program does not know.</summary>
public class BarrierTests
{
    private static readonly ModelFileContext Knowing = new() { Operators = OperatorCatalog.Default.With(Warp.Spec) };

    [Fact]
    public void Compress_AroundAnUnknownOperator_KeepsItInEveryFormat()
    {
        using var sandbox = new Sandbox();
        var warp = new Warp(3, "bilinear", "a,b");
        Save(warp, sandbox.At("net.onnx"));

        Result check = sandbox.Run("check", "@net.onnx", "--json").ShouldExit(ExitCode.Unsupported);
        JsonElement missing = check.Json.GetProperty("missing").EnumerateArray().Single();
        missing.GetProperty("name").GetString().ShouldBe("warp");
        missing.GetProperty("domain").GetString().ShouldBe("com.example");
        missing.GetProperty("missing").GetString().ShouldBe("operator Warp of domain 'com.example', opset 1");
        sandbox.Run("check", "@net.onnx").ShouldExit(ExitCode.Unsupported).Out.ShouldContain("operator Warp of domain 'com.example'");
        sandbox.Run("run", "@net.onnx", "--random").ShouldExit(ExitCode.Unsupported).Error.ShouldContain("node 'warp'");
        sandbox.Run("info", "@net.onnx", "--json").ShouldExit(ExitCode.Done).Json.GetProperty("parameters").GetInt64().ShouldBe(8 * 6 + 6 * 4);

        sandbox.Run("advise", "@net.onnx").ShouldExit(ExitCode.Done);
        sandbox.Run("info", "@net.onnx").ShouldExit(ExitCode.Done).Out.ShouldContain("operator Warp");

        sandbox.Run("compress", "@net.onnx", "-o", "@small.pare", "-m", "prune.magnitude:sparsity=0.5", "-m", "cluster.kmeans:bits=3").ShouldExit(ExitCode.Done);
        sandbox.Run("compress", "@net.onnx", "-o", "@small.onnx", "-m", "prune.magnitude:sparsity=0.5", "-m", "cluster.kmeans:bits=3").ShouldExit(ExitCode.Done);
        sandbox.Run("convert", "@small.pare", "@back.onnx").ShouldExit(ExitCode.Done).Error.ShouldContain("not compared");
        sandbox.Run("info", "@small.pare").ShouldExit(ExitCode.Done).Out.ShouldContain("sparse(codebook)");
        sandbox.Run("run", "@small.pare", "--random").ShouldExit(ExitCode.Unsupported).Error.ShouldContain("'warp'");
        foreach (string file in (string[])["small.onnx", "back.onnx"])
        {
            Model model = ModelFile.Load(sandbox.At(file), Knowing);
            model.Nodes.Single(n => n.Name == "warp").Operator.ShouldBe(warp);
            model.Weights.Values.ShouldAllBe(w => w.ToArray().Count(v => v == 0) == w.Length / 2);
            new Session(model).Plan.Steps.ShouldNotBeEmpty(); // with the operator known, the compressed network runs
        }
    }

    [Fact]
    public void Compress_ThatTrains_IsRefusedBeforeAnyWork()
    {
        using var sandbox = new Sandbox();
        Save(new Warp(1, "", ""), sandbox.At("net.onnx"));
        Result result = sandbox.Run("compress", "@net.onnx", "-o", "@x.pare", "--data", sandbox.Digits(20, 20), "-m", "prune.magnitude:sparsity=0.5,retrain.epochs=1");
        result.ShouldExit(ExitCode.Unsupported).Error.ShouldContain("node 'warp'");
        File.Exists(sandbox.At("x.pare")).ShouldBeFalse();
    }

    private static void Save(Warp warp, string path)
    {
        var editor = new ModelEditor();
        var rng = new Rng(1);
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 8])));
        string a = editor.Add(new MatMul(), "first", x, Weight("w1", 8, 6));
        string b = editor.Add(warp, "warp", a);
        editor.AddOutput(editor.Add(new MatMul(), "second", b, Weight("w2", 6, 4)));
        ModelFile.Save(editor.Build(), path, format: null, Knowing);

        string Weight(string name, int rows, int columns) =>
            editor.SetWeight(name, new Dense(Shape.Of(rows, columns), Enumerable.Range(0, rows * columns).Select(_ => (float)rng.NextNormal()).ToArray()));
    }

    private sealed record Warp(long Depth, string Mode, string Words) : Operator
    {
        public static OperatorSpec Spec { get; } = new("Warp", r => new Warp(
            r.Int("depth"), r.Text("mode"), string.Join(',', ((AttributeValue.Texts)r.Attributes["words"]).Values.Where(_ => r.Has("words")))), Domain: "com.example");

        public override string Name => "Warp";

        public override void Infer(InferScope s) => s.Output(0, s.Type(0));

        public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);

        public override void Write(OperatorWriter w)
        {
            w.Int("depth", Depth);
            w.Text("mode", Mode);
            w.Attribute("words", new AttributeValue.Texts([.. Words.Split(',')]));
        }
    }
}
