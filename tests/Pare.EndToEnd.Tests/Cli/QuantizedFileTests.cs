using System.Text.Json;
using Pare.Cli;
using Pare.Compression.Reporting;
using Pare.Encodings;
using Pare.Jit;
using Pare.Operators;

namespace Pare.EndToEnd.Tests.Cli;

public class QuantizedFileTests
{
    [Fact]
    public void Convert_QuantizedModel_WritesEveryForm()
    {
        using var sandbox = new Sandbox();
        ModelFile.Save(Network(), sandbox.At("q.pare"));
        foreach (string form in (string[])["qdq", "qoperator", "floats"])
            sandbox.Run("convert", "@q.pare", $"@{form}.onnx", "--quantized-form", form).ShouldExit(ExitCode.Done);
        sandbox.Run("convert", "@q.pare", "@default.onnx").ShouldExit(ExitCode.Done);
        File.ReadAllBytes(sandbox.At("default.onnx")).ShouldBe(File.ReadAllBytes(sandbox.At("qdq.onnx")));
        ModelFile.Load(sandbox.At("qoperator.onnx")).Nodes.ShouldContain(n => n.Operator is QLinearConv);
        ModelFile.Load(sandbox.At("floats.onnx")).Weights["w"].ShouldBeOfType<Dense>();
        new FileInfo(sandbox.At("qdq.onnx")).Length.ShouldBeLessThan(new FileInfo(sandbox.At("floats.onnx")).Length / 2);
    }

    [Fact]
    public void Info_QuantizedModel_ShowsWidthsAndBitsOfEachNumber()
    {
        using var sandbox = new Sandbox();
        ModelFile.Save(Network(), sandbox.At("q.onnx"));
        string text = sandbox.Run("info", "@q.onnx", "--weights").ShouldExit(ExitCode.Done).Out;
        text.ShouldContain("scaled per channel(int8)");
        text.ShouldContain("9.78"); // 8 bits and a float for each 18 numbers
        sandbox.Run("info", "@q.onnx", "--json").ShouldExit(ExitCode.Done).Json.GetProperty("layers").EnumerateArray()
            .SelectMany(l => l.GetProperty("weights").EnumerateArray()).ShouldContain(w => w.GetProperty("bits_per_weight").GetDouble() > 9.7);
    }

    [Fact]
    public void Check_WithData_ComparesEveryInstructionSet()
    {
        using var sandbox = new Sandbox();
        string net = sandbox.Network(), data = sandbox.Digits();
        sandbox.Run("compress", net, "-m", "quantize.static", "--data", data, "-o", "@q.pare").ShouldExit(ExitCode.Done);

        Result result = sandbox.Run("check", "@q.pare", "--data", data, "--samples", "7", "--json").ShouldExit(ExitCode.Done);

        JsonElement[] sets = [.. result.Json.GetProperty("instruction_sets").EnumerateArray()];
        sets.Select(s => s.GetProperty("name").GetString()).ShouldBe(
            [.. CpuFeatures.Levels().Select(l => l.Describe()), .. MachineCode.Unavailable is null ? new[] { "machine code" } : []]);
        sets.ShouldAllBe(s => s.GetProperty("codes").GetInt64() > 0 && s.GetProperty("codes").GetInt64() % 7 == 0 && s.GetProperty("differing_codes").GetInt64() == 0);
        sandbox.Run("check", "@q.pare", "--data", data).ShouldExit(ExitCode.Done).Out.ShouldContain("20 samples of");
        sandbox.Run("check", net).ShouldExit(ExitCode.Done).Out.ShouldNotContain("instruction set");
    }

    [Fact]
    public void Compress_MixedWidths_ShowsTheCurveAndReportsIt()
    {
        using var sandbox = new Sandbox();
        string net = sandbox.Network(), data = sandbox.Digits();

        Result result = sandbox.Run("compress", net, "-m", "quantize.mixed:mean-bits=4,bits=[2,4,8],sensitivity-samples=32", "--data", data, "-o", "@q.pare").ShouldExit(ExitCode.Done);

        result.Out.ShouldContain("expected damage");
        result.Out.Split('\n').Count(l => l.TrimEnd().EndsWith("taken", StringComparison.Ordinal)).ShouldBe(1);
        var report = Report.FromJson(File.ReadAllText(sandbox.At("q.report.json")));
        WidthCurve curve = report.Stages.Single(s => s.Curve is not null).Curve!;
        curve.Points.Single(p => p.Chosen).MeanBits.ShouldBeLessThanOrEqualTo(4);
        curve.Points.Zip(curve.Points.Skip(1)).ShouldAllBe(p => p.First.Bytes < p.Second.Bytes && p.First.Damage >= p.Second.Damage);
        curve.Layers.ShouldAllBe(l => l.Bits == 2 || l.Bits == 4 || l.Bits == 8);
        sandbox.Run("compress", net, "-m", "quantize.mixed:mean-bits=4,bytes=9999", "--data", data, "-o", "@x.pare").ShouldExit(ExitCode.Usage).Error.ShouldContain("one budget");
    }

    private static Model Network()
    {
        var editor = new ModelEditor();
        string scale = editor.SetConstant("s", Tensor.Scalar(0.05f)), zero = editor.SetConstant("z", Tensor.Scalar((byte)128));
        string x = Quantized(editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 2, 8, 8))));
        Shape shape = Shape.Of(32, 2, 3, 3);
        var integer = Integer.Of(shape, 8, [.. Enumerable.Range(0, 576).Select(i => i * 37 % 255 - 127)], 0, isSigned: true);
        editor.SetWeight("w", new Scaled(0, new Dense(Shape.Of(32), Enumerable.Range(1, 32).Select(i => i * 1e-4f).ToArray()), integer));
        editor.AddOutput(Quantized(editor.Add(new Conv(), "conv", x, "w")));
        return editor.Build();

        string Quantized(string value) => editor.Add(new DequantizeLinear(), $"{value}_dq", editor.Add(new QuantizeLinear(), $"{value}_q", value, scale, zero), scale, zero);
    }
}
