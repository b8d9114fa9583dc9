using Pare.Encodings;
using Pare.Lowering;
using Pare.Operators;
using Pare.Runtime;
using Pare.Tests.Formats.Onnx;

namespace Pare.Tests.Lowering;

public class IntegerRewriteTests
{
    private const float Step = 0.02f;

    /// <summary>What stands between DequantizeLinear and QuantizeLinear, from [2, 8, 6, 6]; and the operators that all of it becomes.</summary>
    private static readonly Dictionary<string, (Func<ModelEditor, string, string> Add, string Operators)> Middles = new(StringComparer.Ordinal)
    {
        ["conv"] = ((e, x) => e.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c", x, e.Weight(0, 10, 8, 3, 3), e.Vector(10)), "IntegerConv"),
        ["conv, one scale, no bias"] = ((e, x) => e.Add(new Conv(), "c", x, e.Weight(Scaled.WholeWeight, 10, 8, 1, 1)), "IntegerConv"),
        ["conv of groups, relu"] = ((e, x) => e.Relu(e.Add(new Conv { Groups = 4 }, "c", x, e.Weight(0, 12, 2, 3, 3), e.Vector(12))), "IntegerConv"),
        ["depthwise, clip"] = ((e, x) => e.Clip(e.Add(new Conv { Groups = 8, Window = Window.Square(3, 2, 1) }, "c", x, e.Weight(0, 8, 1, 3, 3)), 0, 1.5f), "IntegerConv"),
        ["conv, clip, relu"] = ((e, x) => e.Relu(e.Clip(e.Add(new Conv(), "c", x, e.Weight(0, 8, 8, 1, 1)), -1, 0.7f)), "IntegerConv"),
        ["conv, largest"] = ((e, x) => e.Add(new MaxPool { Window = Window.Square(2, 2) }, "m", e.Relu(e.Add(new Conv(), "c", x, e.Weight(0, 8, 8, 1, 1)))), "IntegerConv MaxPool"),
        ["conv of one axis"] = ((e, x) => e.Add(new Conv(), "c", e.Add(new Reshape(), "r", x, e.Numbers(2, 8, 36)), e.Weight(0, 5, 8, 3)), "IntegerConv Reshape"),
        ["conv of three axes"] = ((e, x) => e.Add(new Conv(), "c", e.Add(new Reshape(), "r", x, e.Numbers(2, 2, 4, 6, 6)), e.Weight(0, 5, 2, 3, 3, 3)), "IntegerConv Reshape"),
        ["gemm"] = ((e, x) => e.Add(new Gemm { TransB = true }, "g", e.Add(new Flatten(), "f", x), e.Weight(0, 7, 288), e.Vector(7)), "Flatten IntegerGemm"),
        ["gemm, no transposition, relu"] = ((e, x) => e.Relu(e.Add(new Gemm(), "g", e.Add(new Flatten(), "f", x), e.Weight(1, 288, 19))), "Flatten IntegerGemm"),
        ["product of rows, bias"] = ((e, x) => e.Relu(e.Add(new Binary(BinaryFunctions.Add), "s", e.Vector(5), e.Add(new MatMul(), "p", x, e.Weight(1, 6, 5)))), "IntegerGemm"),
        ["product of rows"] = ((e, x) => e.Add(new MatMul(), "p", x, e.Weight(Scaled.WholeWeight, 6, 5)), "IntegerGemm"),
        ["sum"] = ((e, x) => e.Relu(e.Add(new Binary(BinaryFunctions.Add), "s", x, e.Other(x))), "IntegerAdd IntegerTable"),
        ["sum of two"] = ((e, x) => e.Add(new Variadic(VariadicFunction.Sum), "s", e.Other(x), x), "IntegerAdd IntegerTable"),
        ["difference"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Sub), "s", x, e.Other(x)), "IntegerAdd IntegerTable"),
        ["product"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Mul), "s", x, e.Other(x)), "IntegerMultiply IntegerTable"),
        ["product with a picture's means"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Mul), "s", x, e.Simulate(e.Add(new GlobalAveragePool(), "g", x), 0.01f, 9)), "IntegerAveragePool IntegerMultiply"),
        ["average pool"] = ((e, x) => e.Add(new AveragePool { Window = Window.Square(3, 2, 1) }, "a", x), "IntegerAveragePool"),
        ["average pool with padding, clip"] = ((e, x) => e.Clip(e.Add(new AveragePool { Window = Window.Square(3, 2, 1), CountIncludePad = true }, "a", x), -0.5f, 0.5f), "IntegerAveragePool"),
        ["global average pool, flattened"] = ((e, x) => e.Add(new Flatten(), "f", e.Add(new GlobalAveragePool(), "g", x)), "Flatten IntegerAveragePool"),
        ["mean of positions"] = ((e, x) => e.Add(new Reduction(ReductionFunction.Mean), "g", x, e.Numbers(-1, 2)), "IntegerAveragePool"),
        ["mean of positions without axes"] = ((e, x) => e.Add(new Reduction(ReductionFunction.Mean) { KeepAxes = false }, "g", x, e.Numbers(2, 3)), "IntegerAveragePool Reshape"),
        ["sigmoid"] = ((e, x) => e.Add(new Unary(UnaryFunctions.Sigmoid), "s", x), "IntegerTable"),
        ["a chain of functions"] = ((e, x) => e.Clip(e.Add(new Unary(UnaryFunctions.Tanh), "t", e.Add(new Unary(UnaryFunctions.HardSwish), "h", x)), 0.1f, 0.9f), "IntegerTable"),
        ["x sigmoid(x)"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Mul), "m", x, e.Add(new Unary(UnaryFunctions.Sigmoid), "s", x)), "IntegerTable"),
        ["a number added and multiplied"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Mul), "m", e.Number(0.4f), e.Add(new Binary(BinaryFunctions.Add), "s", x, e.Number(0.3f))), "IntegerTable"),
        ["sum with itself"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Add), "s", x, x), "IntegerTable"),
        ["another scale"] = ((_, x) => x, "IntegerTable"),
        ["max pool"] = ((e, x) => e.Add(new MaxPool { Window = Window.Square(3, 2, 1) }, "m", x), "IntegerTable MaxPool"),
        ["transposed and cut"] = ((e, x) => e.Add(new Slice(), "s", e.Add(new Transpose { Order = [0, 2, 3, 1] }, "t", x), e.Numbers(1), e.Numbers(5), e.Numbers(3)), "IntegerTable Slice Transpose"),
        ["padded"] = ((e, x) => e.Add(new Pad(), "p", x, e.Numbers(0, 0, 1, 1, 0, 0, 2, 0)), "IntegerTable Pad"),
        ["padded with a number between"] = ((e, x) => e.Add(new Pad(), "p", x, e.Numbers(0, 0, 1, 1, 0, 0, 2, 0), e.Number(0.333f)), "IntegerTable Pad"),
        ["padded at the edge"] = ((e, x) => e.Add(new Pad(PadMode.Edge), "p", x, e.Numbers(0, 0, 1, 1, 0, 0, 2, 0)), "IntegerTable Pad"),
        ["depth to space"] = ((e, x) => e.Add(new DepthToSpace(2), "d", x), "DepthToSpace IntegerTable"),
        ["unsqueezed and squeezed"] = ((e, x) => e.Add(new Squeeze(), "s", e.Add(new Unsqueeze(), "u", x, e.Numbers(0)), e.Numbers(0)), "IntegerTable Squeeze Unsqueeze"),
        ["split and joined"] = ((e, x) => e.Halves(x), "Concat IntegerTable Split"),
        ["joined of two scales"] = ((e, x) => e.Add(new Concat(1), "j", x, e.Other(x)), "Concat IntegerTable IntegerTable IntegerTable"),
        ["joined convolutions"] = ((e, x) => e.Add(new Concat(1), "j", e.Relu(e.Add(new Conv(), "c", x, e.Weight(0, 4, 8, 1, 1))), e.Add(new Conv(), "d", x, e.Weight(0, 6, 8, 1, 1))), "Concat IntegerConv IntegerConv"),
    };

    public static TheoryData<string, DType> Names
    {
        get
        {
            var data = new TheoryData<string, DType>();
            foreach (string name in Middles.Keys)
                foreach (DType type in (ReadOnlySpan<DType>)[DType.U8, DType.I8]) data.Add(name, type);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_BetweenQuantizedNumbers_IsOneUnitFromTheSimulationAtMostAndHoldsNoFloats(string middle, DType type)
    {
        Model model = Network(Middles[middle].Add, type);
        Model lowered = Lower.Run(model, null, integers: true);
        Tensor[] found = Run(model, integers: true), expected = Run(model, integers: false);
        expected[0].Type.ShouldBe(found[0].Type);
        long[] y = found[0].ToInt64s(), simulated = expected[0].ToInt64s();
        y.Distinct().Count().ShouldBeGreaterThan(5);
        for (int i = 0; i < y.Length; i++) Math.Abs(y[i] - simulated[i]).ShouldBeLessThanOrEqualTo(1);
        // The rounding of quotients alone differs, so it differs seldom.
        y.Zip(simulated).Count(p => p.First != p.Second).ShouldBeLessThan(1 + y.Length / 20);
        lowered.Nodes.Count(n => n.Operator is QuantizeLinear).ShouldBe(1);
        lowered.Nodes.ShouldNotContain(n => n.Operator is DequantizeLinear);
        Lower.Run(model, null, integers: false).Nodes.ShouldNotContain(n => n.Operator.Name.StartsWith("Integer"));
        string.Join(' ', WithoutLayouts(model).Order(StringComparer.Ordinal)).ShouldBe(Middles[middle].Operators);
    }

    [Theory]
    [InlineData("conv", 2)]
    [InlineData("conv of groups, relu", 2)]
    [InlineData("conv, largest", 2)]
    [InlineData("joined convolutions", 2)]
    public void Run_Convolutions_MovesTheImageOnceAtEachEnd(string middle, int moves) =>
        Lower.Run(Network(Middles[middle].Add, DType.U8), null, integers: true).Nodes.Count(n => n.Operator is Transpose).ShouldBe(moves);

    [Fact]
    public void Run_Network_StaysInIntegersAndInOneLayout()
    {
        Model model = Residual();
        Model lowered = Lower.Run(model, null, integers: true);
        // The first is moved as it comes; nothing is moved behind it, as the product reads the image as it lies.
        lowered.Nodes.Count(n => n.Operator is Transpose).ShouldBe(1);
        lowered.Nodes.Select(n => n.Operator is ChannelsLast last ? last.Inner.Name : n.Operator.Name).ShouldBe([
            "Transpose", "QuantizeLinear", "IntegerConv", "IntegerConv", "IntegerConv", "IntegerAdd", "MaxPool", "IntegerTable", "IntegerMultiply", "Reshape", "IntegerGemm", "DequantizeLinear"]);
        float[] y = Run(model, integers: true)[0].Floats.ToArray(), simulated = Run(model, integers: false)[0].Floats.ToArray();
        for (int i = 0; i < y.Length; i++) Math.Abs(y[i] - simulated[i]).ShouldBeLessThan(0.05f * 3.5f); // a few units of the result
    }

    [Fact]
    public void Run_LayerWithoutQuantizedResult_StaysFloat()
    {
        var e = new ModelEditor();
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 4))), Step, 128);
        e.AddOutput(e.Add(new Gemm(), "g", x, e.Weight(1, 4, 3)));
        Lower.Run(e.Build(), null, integers: true).Nodes.Select(n => n.Operator.Name).ShouldBe(["QuantizeLinear", "DequantizeLinear", "Gemm"]);
    }

    [Theory]
    [InlineData("sixteen bits")]
    [InlineData("read twice")]
    [InlineData("weight of floats")]
    [InlineData("scales of inputs")]
    public void Run_WhatHasNoIntegerForm_StaysFloat(string why)
    {
        var e = new ModelEditor();
        DType type = why == "sixteen bits" ? DType.U16 : DType.U8;
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 4))), Step, 100, type);
        string weight = why == "weight of floats" ? e.SetWeight("w", new Dense(Shape.Of(4, 4), new float[16])) : e.Weight(why == "scales of inputs" ? 0 : 1, 4, 4);
        string y = e.Add(new Gemm(), "g", x, weight);
        if (why == "read twice") e.AddOutput(y);
        e.AddOutput(e.Quantize(y, Step, 100, type));
        Lower.Run(e.Build(), null, integers: true).Nodes.ShouldNotContain(n => n.Operator.Name.StartsWith("Integer"));
    }

    [Fact]
    public void Run_QuantizedAgainAsItWas_ReadsTheIntegersAtOnce()
    {
        var e = new ModelEditor();
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 4))), Step, 100);
        string again = e.Simulate(x, Step, 100);
        e.AddOutput(e.Quantize(e.Add(new Gemm(), "g", again, e.Weight(1, 4, 4)), Step, 7));
        Lower.Run(e.Build(), null, integers: true).Nodes.Select(n => n.Operator.Name).ShouldBe(["QuantizeLinear", "IntegerGemm"]);
    }

    [Fact]
    public void Run_SumsThatMightNotFit_NamesTheLayerAndTheBound()
    {
        var e = new ModelEditor();
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 300))), Step, 0);
        var weight = new Scaled(Scaled.WholeWeight, new Dense(Shape.Of(1), new[] { 1e-4f }), Integer.Of(Shape.Of(300, 1), 16, [.. Enumerable.Repeat(-32000, 300)], 0, true));
        e.AddOutput(e.Quantize(e.Add(new Gemm(), "fc", x, e.SetWeight("w", weight)), Step, 100));
        string message = Should.Throw<ModelException>(() => Lower.Run(e.Build(), null, integers: true)).Message;
        message.ShouldContain("'fc' (Gemm)");
        message.ShouldContain($"{300L * 32000 * 255}");
        Lower.Run(e.Build(), null, integers: false).Nodes.Length.ShouldBe(4);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    [InlineData(-1f)]
    public void Run_ScaleThatIsNoPositiveNumber_IsNamed(float scale)
    {
        var e = new ModelEditor();
        e.AddOutput(e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(4))), scale, 0));
        Should.Throw<ModelException>(() => Lower.Run(e.Build(), null, integers: true)).Message.ShouldContain("the scale 'scale");
    }

    // A channel of next to no weights, as a folded batch normalization leaves it: its bias in units of its sums is over 2^31.
    [Fact]
    public void Run_BiasOfMoreThan31Bits_TakesACoarserScale()
    {
        var e = new ModelEditor();
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 6))), Step, 128);
        var weight = new Scaled(1, new Dense(Shape.Of(3), new[] { 1e-12f, 0.01f, 1e-9f }), Integer.Of(Shape.Of(6, 3), 8, [.. Enumerable.Range(0, 18).Select(i => i * 50 % 255 - 127)], 0, true));
        string y = e.Add(new Gemm(), "fc", x, e.SetWeight("w", weight), e.SetWeight("b", new Dense(Shape.Of(3), new[] { 0.5f, -0.3f, 0.7f })));
        e.AddOutput(e.Quantize(y, Step, 100));
        Run(e.Build(), integers: true)[0].ToInt64s().ShouldBe(Run(e.Build(), integers: false)[0].ToInt64s());
    }

    [Fact]
    public void Run_StoredIntegerOperators_GiveWhatTheyDefine()
    {
        var e = new ModelEditor();
        string x = e.AddInput("x", new TensorType(DType.U8, Shape.Of(2, 6, 5, 4)));
        Tensor weight = Tensor.Of<byte>(Shape.Of(4, 3, 3, 2), [.. Enumerable.Range(0, 72).Select(i => (byte)(i * 91))]);
        string one = e.SetConstant("one", Tensor.Scalar(0.03f)), zero = e.SetConstant("zx", Tensor.Scalar<byte>(90)), to = e.SetConstant("to", Tensor.Scalar(0.4f));
        string conv = e.Add(new QLinearConv { Conv = new Conv { Groups = 2, Window = new Window { Pads = [1, 0, 1, 1] } } }, "conv", x, one, zero, e.SetConstant("w", weight),
            e.SetWeight("ws", new Dense(Shape.Of(4), new[] { 0.01f, 0.02f, 0.005f, 0.03f })), e.SetConstant("wz", Tensor.Vector<byte>(1, 128, 200, 255)), to,
            e.SetConstant("zy", Tensor.Scalar<sbyte>(-5)), e.SetConstant("bias", Tensor.Vector(1000, -2000, 300, 0)));
        Tensor matrix = Tensor.Of<sbyte>(Shape.Of(4, 3), [.. Enumerable.Range(0, 12).Select(i => (sbyte)(i * 91 % 256 - 128))]);
        e.AddOutput(e.Add(new QLinearMatMul(), "product", conv, to, "zy", e.SetConstant("m", matrix), one, e.SetConstant("mz", Tensor.Scalar<sbyte>(3)), to, zero));
        Model model = e.Build();
        Lower.Run(model, null, integers: true).Nodes.Select(n => n.Operator.Name).Where(n => n != "Transpose").ShouldBe(["IntegerConv", "IntegerGemm"]);
        Run(model, integers: true)[0].Bytes.ToArray().ShouldBe(Run(model, integers: false)[0].Bytes.ToArray());
    }

    // As other tools write it: the integers of the weight dequantized by a node, per channel, turned for the product.
    [Theory]
    [InlineData("per channel")]
    [InlineData("large")]
    [InlineData("turned")]
    [InlineData("unsigned with zero points")]
    [InlineData("floats that are quantized")]
    public void Run_WeightsThatNodesDequantize_StayIntegers(string how)
    {
        var e = new ModelEditor();
        int inputs = how == "large" ? 3000 : 6, outputs = how == "large" ? 32 : 4;
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(2, inputs))), Step, 120);
        bool turned = how == "turned", unsigned = how == "unsigned with zero points";
        (int rows, int columns) = turned ? (outputs, inputs) : (inputs, outputs);
        Rng rng = new(5);
        byte[] codes = [.. Enumerable.Range(0, rows * columns).Select(_ => (byte)rng.NextInt32(256))];
        Tensor known = unsigned ? Tensor.Of<byte>(Shape.Of(rows, columns), codes) : Tensor.Of<sbyte>(Shape.Of(rows, columns), Array.ConvertAll(codes, c => (sbyte)c));
        string scales = e.SetWeight("scales", new Dense(Shape.Of(outputs), Enumerable.Range(0, outputs).Select(i => 0.001f * (i + 1)).ToArray()));
        string zeros = unsigned ? e.SetConstant("zeros", Tensor.Of<byte>(Shape.Of(outputs), [.. Enumerable.Range(0, outputs).Select(i => (byte)(i * 60))])) : "";
        string q = e.SetConstant("codes", known);
        if (how == "floats that are quantized")
            q = e.Add(new QuantizeLinear { Axis = 1, To = DType.I8 }, "q", e.SetWeight("floats", new Dense(Shape.Of(rows, columns), Array.ConvertAll(codes, c => c * 0.002f - 0.256f))), scales);
        string weight = e.Add(new DequantizeLinear { Axis = turned ? 0 : 1 }, "w", q, scales, zeros);
        if (turned) weight = e.Add(new Transpose { Order = [1, 0] }, "t", weight);
        e.AddOutput(e.Quantize(e.Add(new MatMul(), "p", x, weight), how == "large" ? 2 : 0.02f, 100));
        Model model = e.Build();
        Lower.Run(model, null, integers: true).Nodes.Select(n => n.Operator.Name).ShouldBe(["QuantizeLinear", "IntegerGemm"]);
        long[] y = Run(model, integers: true)[0].ToInt64s(), simulated = Run(model, integers: false)[0].ToInt64s();
        y.Distinct().Count().ShouldBeGreaterThan(5);
        for (int i = 0; i < y.Length; i++) Math.Abs(y[i] - simulated[i]).ShouldBeLessThanOrEqualTo(1);
    }

    private static IEnumerable<string> WithoutLayouts(Model model)
    {
        // Layouts add transpositions and views; before they are assigned the operators are those that stay.
        Model rewritten = IntegerRewrite.Apply(Pare.Passes.Simplify.ToRun(model));
        return rewritten.Nodes.Where(n => n.Operator is not QuantizeLinear).Select(n => n.Operator.Name);
    }

    private static Model Network(Func<ModelEditor, string, string> middle, DType type)
    {
        var e = new ModelEditor();
        int zero = type == DType.U8 ? 120 : -9;
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 8, 6, 6))), Step, zero, type);
        e.AddOutput(e.Quantize(middle(e, x), 0.017f, zero + 11, type));
        return e.Build();
    }

    private static Model Residual()
    {
        var e = new ModelEditor();
        string x = e.Simulate(e.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 3, 8, 8))), Step, 128);
        string a = e.Simulate(e.Relu(e.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c1", x, e.Weight(0, 8, 3, 3, 3), e.Vector(8))), 0.03f, 0);
        string b = e.Simulate(e.Relu(e.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c2", a, e.Weight(0, 8, 8, 3, 3), e.Vector(8))), 0.04f, 0);
        string c = e.Simulate(e.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c3", b, e.Weight(0, 8, 8, 3, 3), e.Vector(8)), 0.05f, 100);
        string d = e.Simulate(e.Relu(e.Add(new Binary(BinaryFunctions.Add), "sum", c, a)), 0.05f, 0);
        string p = e.Add(new MaxPool { Window = Window.Square(2, 2) }, "pool", d);
        string s = e.Simulate(e.Add(new Unary(UnaryFunctions.Sigmoid), "gate", p), 1 / 255f, 0);
        string m = e.Simulate(e.Add(new Binary(BinaryFunctions.Mul), "gated", p, s), 0.05f, 0);
        string y = e.Add(new Gemm { TransB = true }, "fc", e.Add(new Flatten(), "flat", m), e.Weight(0, 5, 128), e.Vector(5));
        e.AddOutput(e.Simulate(y, 0.05f, 128));
        return e.Build();
    }

    // Without integers: by the definitions of what files hold.
    private static Tensor[] Run(Model model, bool integers)
    {
        if (!integers)
        {
            (string name, TensorType type) = model.Inputs[0];
            var given = new Tensor(type.DType, type.Shape);
            Fill(given);
            return ScalarRun.Run(model, new Dictionary<string, Tensor>(StringComparer.Ordinal) { [name] = given });
        }
        var session = new Session(model, new PlanOptions { Threads = 1, IntegerArithmetic = integers });
        Fill(session.Input("x"));
        session.Run();
        return [.. model.Outputs.Select(o => session.Output(o).Clone())];
    }

    private static void Fill(Tensor x)
    {
        Rng rng = new(3);
        if (x.DType == DType.F32) foreach (ref float value in x.Floats) value = (rng.NextSingle() * 2 - 1) * 2;
        else foreach (ref byte value in x.Bytes) value = (byte)rng.NextInt32(256);
    }
}

internal static class QuantizedParts
{
    public static string Relu(this ModelEditor e, string x) => e.Add(new Unary(UnaryFunctions.Relu), "relu", x);

    public static string Clip(this ModelEditor e, string x, float low, float high) => e.Add(new Clip(), "clip", x, e.Number(low), e.Number(high));

    /// <summary>Another quantized value of the same shape: a function of this one.</summary>
    public static string Other(this ModelEditor e, string x) => e.Simulate(e.Add(new Unary(UnaryFunctions.Tanh), "other", x), 0.009f, 125);

    public static string Halves(this ModelEditor e, string x)
    {
        e.Add(new Node("split", new Split { Axis = 1 }, [x, e.Numbers(5, 3)], ["s1", "s2"]));
        return e.Add(new Concat(1), "joined", "s2", "s1");
    }
}
