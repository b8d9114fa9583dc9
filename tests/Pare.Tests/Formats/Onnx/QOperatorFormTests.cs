using Pare.Formats;
using Pare.Formats.Onnx;
using Pare.Operators;

namespace Pare.Tests.Formats.Onnx;

public class QOperatorFormTests
{
    [Theory]
    [InlineData(DType.U8, true)]
    [InlineData(DType.I8, true)]
    [InlineData(DType.U8, false)]
    public void Apply_QuantizedNetwork_ComputesTheSameWithinAUnit(DType values, bool perChannel)
    {
        Model model = QuantizedModels.Network(8, 17, values, perChannel), rewritten = QOperatorForm.Apply(model);
        rewritten.Nodes.Select(n => n.Operator.Name).Where(n => n.StartsWith("QLinear", StringComparison.Ordinal) || n == "MatMulInteger")
            .ShouldBe(["QLinearConv", "QLinearConv", "MatMulInteger", "QLinearMatMul"]);
        rewritten.Nodes.ShouldNotContain(n => n.Operator is Conv || n.Operator is Gemm || n.Operator is MatMul);
        rewritten.Nodes.ShouldNotContain(n => n.Name == "relu1"); // its output has no codes below 0
        var rng = new Rng(3);
        var x = new Tensor(DType.F32, Shape.Of(2, 3, 6, 6));
        foreach (ref float value in x.Floats) value = (float)rng.NextNormal();
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = x };
        float[] expected = ScalarRun.Run(model, inputs)[0].Floats.ToArray(), found = ScalarRun.Run(rewritten, inputs)[0].Floats.ToArray();
        expected.Distinct().Count().ShouldBeGreaterThan(3);
        for (int i = 0; i < found.Length; i++) found[i].ShouldBe(expected[i], 0.1001f); // one unit of the output
    }

    [Fact]
    public void Apply_RectifierThatIsNotImplied_Stays()
    {
        var editor = new ModelEditor();
        string x = QuantizedModels.Quantized(editor, editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 2, 4, 4))), "x", 0.05f, DType.I8, isPositive: false);
        string w = editor.SetWeight("w", QuantizedModels.Integers(8, 0, 0, 3, 2, 1, 1));
        string relu = editor.Add(new Unary(UnaryFunctions.Relu), "relu", editor.Add(new Conv(), "conv", x, w));
        editor.AddOutput(QuantizedModels.Quantized(editor, relu, "y", 0.05f, DType.I8, isPositive: false));
        Model model = editor.Build(), rewritten = QOperatorForm.Apply(model);
        rewritten.Nodes.Select(n => n.Operator.Name).ShouldBe(["QuantizeLinear", "QLinearConv", "DequantizeLinear", "Relu", "QuantizeLinear", "DequantizeLinear"]);
        var rng = new Rng(3);
        var values = new Tensor(DType.F32, Shape.Of(1, 2, 4, 4));
        foreach (ref float value in values.Floats) value = (float)rng.NextNormal();
        var inputs = new Dictionary<string, Tensor>(StringComparer.Ordinal) { ["x"] = values };
        float[] expected = ScalarRun.Run(model, inputs)[0].Floats.ToArray(), found = ScalarRun.Run(rewritten, inputs)[0].Floats.ToArray();
        for (int i = 0; i < found.Length; i++) found[i].ShouldBe(expected[i], 0.0501f);
        found.Min().ShouldBe(0);
    }

    [Fact]
    public void Write_QOperator_ReadsBackAsWhatItIs()
    {
        Model model = QuantizedModels.Network();
        var format = new OnnxFormat(new OnnxWriteOptions { Quantized = QuantizedForm.QOperator });
        var to = new MemoryStream();
        format.Write(model, to, ModelFileContext.Default);
        Model back = OnnxFiles.Read(to.ToArray(), OperatorCatalog.Default);
        ModelComparison.FirstDifference(format.Keep(model), back, CancellationToken.None).ShouldBeNull();
        back.Nodes.Count(n => n.Operator is QLinearConv).ShouldBe(2);
    }

    [Theory]
    [InlineData(16, DType.U8, "codes of 16 bits")]
    [InlineData(8, DType.I16, "values of I16")]
    public void Apply_WidthsThatTheFormLacks_ThrowsNamingThoseItHas(int bits, DType values, string found)
    {
        string message = Should.Throw<UnsupportedException>(() => QOperatorForm.Apply(QuantizedModels.Network(bits, values: values))).Message;
        message.ShouldContain(found);
        message.ShouldContain("int8, uint8");
        message.ShouldContain("conv1");
    }

    [Fact]
    public void Apply_NothingQuantized_IsTheSameModel()
    {
        Model model = QuantizedModels.Line(QuantizedModels.Integers(8, 1, 0, 16, 6));
        QOperatorForm.Apply(model).ShouldBeSameAs(model);
    }
}
