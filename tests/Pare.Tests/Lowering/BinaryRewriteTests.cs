using Pare.Encodings;
using Pare.Formats;
using Pare.Formats.Container;
using Pare.Formats.Onnx;
using Pare.Lowering;
using Pare.Operators;
using Pare.Passes;
using Pare.Runtime;

namespace Pare.Tests.Lowering;

public class BinaryRewriteTests
{
    private const int Channels = 40, Size = 9;

    /// <summary>What stands between the first layer of signs and the second one's sign, and whether both stay in bits.</summary>
    private static readonly Dictionary<string, (Func<ModelEditor, string, string> Add, bool InBits)> Middles = new(StringComparer.Ordinal)
    {
        ["nothing"] = ((_, x) => x, true),
        ["batch norm"] = (Norm, true),
        ["clip, batch norm"] = ((e, x) => Norm(e, e.Clip(x, -3, 200)), true),
        ["sum and product with vectors, relu"] = ((e, x) => e.Relu(e.Add(new Binary(BinaryFunctions.Sub), "s", e.Row(0.7f), e.Add(new Binary(BinaryFunctions.Mul), "m", x, e.Row(0.02f)))), true),
        ["leaky relu, quotient by a number"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Div), "d", e.Add(new Unary(UnaryFunctions.LeakyRelu), "l", Norm(e, x)), e.Number(-7)), true),
        ["negated"] = ((e, x) => e.Add(new Unary(UnaryFunctions.Neg), "n", x), true),
        ["a constant"] = ((e, x) => e.Clip(x, 1, 2), true),
        ["a function that turns"] = ((e, x) => Norm(e, e.Add(new Unary(UnaryFunctions.Abs), "a", x)), false),
        ["another image"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Add), "r", x, "x"), false),
        ["the largest of some"] = ((e, x) => e.Add(new MaxPool { Window = Window.Square(3, 1, 1) }, "p", x), false),
        ["quotient of a vector"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Div), "d", e.Row(1), x), false),
        ["numbers of pixels"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Add), "r", x, e.SetWeight("pixels", new Dense(Shape.Of(Size, 1), Enumerable.Range(0, Size).Select(i => i - 4f).ToArray()))), false),
    };

    public static TheoryData<string> Names => [.. Middles.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_BetweenSigns_EqualsTheDefinitionsAndTheFloats(string middle)
    {
        Model model = Pair(Middles[middle].Add);
        Model lowered = Lower.Run(model, null, integers: true);
        lowered.Nodes.Count(n => Inner(n) is BinaryConv).ShouldBe(2);
        lowered.Nodes.Count(n => Inner(n) is Binarize).ShouldBe(Middles[middle].InBits ? 1 : 2);
        if (Middles[middle].InBits) lowered.Nodes.Select(n => Inner(n).Name).ShouldBe(["Transpose", "Binarize", "BinaryConv", "BinaryConv", "Transpose"]);
        lowered.Weights.Values.ShouldAllBe(w => w is BinaryWeight || w.Length < 1000);
        float[] y = Run(model, new PlanOptions());
        y.ShouldBe(Run(model, new PlanOptions { DefinitionsOnly = true }));
        float[] floats = Run(model, new PlanOptions { IntegerArithmetic = false, DefinitionsOnly = true });
        for (int i = 0; i < y.Length; i++) y[i].ShouldBe(floats[i], 1e-4f);
        y.Distinct().Count().ShouldBeGreaterThan(5);
    }

    // A whole network: its blocks hand on bits alone, one layer reads them as one row, and files change nothing.
    [Fact]
    public void Run_Network_StaysInBitsAndSurvivesFiles()
    {
        Model model = Network();
        string[] expected = ["Conv", "Binarize", "BinaryConv", "BinaryConv", "BinaryConv", "BinaryConv", "BinaryGemm"];
        float[] y = Run(model, new PlanOptions());
        y.Distinct().Count().ShouldBeGreaterThan(5);
        y.ShouldBe(Run(model, new PlanOptions { Threads = 3 }));
        foreach (IModelFormat format in (IModelFormat[])[new ContainerFormat(), new OnnxFormat()])
        {
            using var stream = new MemoryStream();
            format.Write(model, stream, new ModelFileContext());
            stream.Position = 0;
            Model read = format.Read(stream, new ModelFileContext());
            if (format is ContainerFormat) read.Weights.Values.Count(w => w is Scaled { Inner: BinaryWeight }).ShouldBe(5);
            Lower.Run(read, null, integers: true).Nodes.Select(n => Inner(n).Name).Where(n => n is not ("Transpose" or "Reshape")).ShouldBe(expected); // views
            float[] again = Run(read, new PlanOptions());
            for (int i = 0; i < y.Length; i++) again[i].ShouldBe(y[i], 1e-4f);
        }
        var plan = ExecutionPlan.Build(model, new PlanOptions());
        plan.Steps.Where(s => s.Kernel == "evaluate").ShouldAllBe(s => s.Node.Operator is Reshape); // views
        // The signs of the layers with enough channels take little more than a bit each, all that plans need beside them counted.
        PlanStep[] layers = [.. plan.Steps.Where(s => Inner(s.Node) is BinaryConv)];
        layers.Sum(s => s.PackedBytes).ShouldBeLessThan(layers.Sum(s => (long)plan.Lowered.Weights[s.Node.Inputs[1]].Length) / 8 * 3);
    }

    [Fact]
    public void Run_EveryInstructionSet_GivesTheSameBits()
    {
        float[] expected = Run(Network(), new PlanOptions { DefinitionsOnly = true });
        foreach (CpuFeatures level in CpuFeatures.Levels())
        {
            // The first layer is one of floats, whose last bits may differ; behind a sign they do not.
            float[] y = Run(Network(), new PlanOptions { Cpu = level });
            y.ShouldBe(expected, level.Describe());
        }
    }

    [Theory]
    [InlineData("plain numbers")]
    [InlineData("integers")]
    [InlineData("a codebook")]
    [InlineData("one scale")]
    [InlineData("no scale")]
    public void Run_SignsOfOtherForms_AreBits(string form)
    {
        Shape shape = Shape.Of(6, 5);
        BinaryWeight signs = Signs(6, 5);
        float[] values = signs.ToArray();
        WeightEncoding weight = form switch
        {
            "plain numbers" => new Dense(shape, values.Select((v, i) => v * (i / 5 + 1)).ToArray()),
            "integers" => new Scaled(0, Row(6), Integer.Of(shape, 2, [.. values.Select(v => (int)v)], 0, true)),
            "a codebook" => Codebook.Of(shape, [.. values.Select(v => (ushort)(v > 0 ? 1 : 0))], [-0.3f, 0.3f]),
            "one scale" => new Scaled(Scaled.WholeWeight, Row(1), signs),
            _ => signs,
        };
        var e = new ModelEditor();
        e.AddOutput(e.Add(new Gemm { TransB = true }, "g", e.Sign(e.AddInput("x", new TensorType(DType.F32, Shape.Of(4, 5)))), e.SetWeight("w", weight)));
        Model model = e.Build();
        Lower.Run(model, null, integers: true).Nodes.Select(n => n.Operator.Name).ShouldBe(["Binarize", "BinaryGemm"]);
        float[] y = Run(model, new PlanOptions()), floats = Run(model, new PlanOptions { IntegerArithmetic = false });
        for (int i = 0; i < y.Length; i++) y[i].ShouldBe(floats[i], 1e-5f);
    }

    [Theory]
    [InlineData("weights of floats")]
    [InlineData("a zero among the signs")]
    [InlineData("groups of few channels")]
    [InlineData("no sign before it")]
    [InlineData("one axis")]
    public void Run_WhatHasNoBits_StaysFloat(string why)
    {
        var e = new ModelEditor();
        int groups = why == "groups of few channels" ? 2 : 1;
        bool isLine = why == "one axis";
        string x = e.AddInput("x", new TensorType(DType.F32, isLine ? Shape.Of(1, 8, 5) : Shape.Of(1, 8, 5, 5)));
        if (why != "no sign before it") x = e.Sign(x);
        Shape shape = isLine ? Shape.Of(4, 8, 3) : Shape.Of(4, 8 / groups, 3, 3);
        float[] values = Signs(4, (int)shape.Elements / 4).ToArray();
        if (why == "weights of floats") values[7] = 0.5f;
        if (why == "a zero among the signs") values[7] = 0;
        e.AddOutput(e.Add(new Conv { Groups = groups }, "c", x, e.SetWeight("w", new Dense(shape, values))));
        Lower.Run(e.Build(), null, integers: true).Nodes.Select(n => Inner(n).Name).Intersect(["Binarize", "BinaryConv", "BinaryGemm"]).ShouldBeEmpty();
    }

    // A sum of an even number of signs is even: the limit lies where the last of them is.
    [Fact]
    public void Run_ResultOnTheLimit_IsPositive()
    {
        var e = new ModelEditor();
        string x = e.Sign(e.AddInput("x", new TensorType(DType.F32, Shape.Of(3, 2))));
        string w = e.SetWeight("w", new Scaled(0, new Dense(Shape.Of(2), new[] { 0.5f, -0.5f }), BinaryWeight.Of(Shape.Of(2, 2), [1, 1, 1, 1])));
        string y = e.Sign(e.Add(new Gemm { TransB = true }, "g", x, w));
        e.AddOutput(e.Add(new Gemm { TransB = true }, "h", y, e.SetWeight("v", BinaryWeight.Of(Shape.Of(2, 2), [1, 1, 1, -1]))));
        Model model = e.Build();
        Lower.Run(model, null, integers: true).Nodes.Count(n => n.Operator is BinaryGemm { Result.IsBits: true }).ShouldBe(1);
        var session = new Session(ExecutionPlan.Build(model, new PlanOptions()));
        new float[] { 1, 1, 1, -1, -1, -1 }.CopyTo(session.Input("x").Floats);
        session.Run();
        // sums 2, 0, -2; scaled by 0.5 and -0.5: signs (+ -), (+ +), (- +)
        session.Output(model.Outputs[0]).Floats.ToArray().ShouldBe([0, 2, 2, 0, 0, -2]);
    }

    [Fact]
    public void Join_FormsOfOtherTools_AreOneSign()
    {
        foreach (int form in Enumerable.Range(0, 4))
        {
            var e = new ModelEditor();
            string x = e.AddInput("x", new TensorType(DType.F32, Shape.Of(3, 4)));
            string positive = form == 1 ? e.Add(new Binary(BinaryFunctions.LessOrEqual), "c", e.Number(0), x) : e.Add(new Binary(BinaryFunctions.GreaterOrEqual), "c", x, e.Number(0));
            string Twice() => e.Add(new Binary(BinaryFunctions.Mul), "m", e.Add(new Cast(DType.F32), "f", positive), e.Number(2));
            e.AddOutput(form switch
            {
                0 or 1 => e.Add(new Where(), "w", positive, e.Number(1), e.Number(-1)),
                2 => e.Add(new Binary(BinaryFunctions.Sub), "s", Twice(), e.Number(1)),
                _ => e.Add(new Binary(BinaryFunctions.Add), "s", e.Number(-1), Twice()),
            });
            Model model = e.Build(), joined = BinarySigns.Join(model);
            joined.Nodes.Select(n => n.Operator.Name).ShouldBe(["BinarySign"]);
            Run(joined, new PlanOptions()).ShouldBe(Run(model, new PlanOptions()));
            Run(BinarySigns.Part(joined), new PlanOptions()).ShouldBe(Run(model, new PlanOptions()));
        }
        var other = new ModelEditor();
        string p = other.Add(new Binary(BinaryFunctions.Greater), "c", other.AddInput("x", new TensorType(DType.F32, Shape.Of(3, 4))), other.Number(0));
        other.AddOutput(other.Add(new Where(), "w", p, other.Number(1), other.Number(-1)));
        BinarySigns.Join(other.Build()).Nodes.Length.ShouldBe(2);
    }

    private static Model Pair(Func<ModelEditor, string, string> middle)
    {
        var e = new ModelEditor();
        string x = e.AddInput("x", new TensorType(DType.F32, Shape.Of(2, Channels, Size, Size)));
        string a = e.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c1", e.Sign(x), e.SetWeight("w1", Layer(Channels, Channels, 3, 3)), e.Vector(Channels));
        e.AddOutput(e.Add(new Conv { Window = Window.Square(3, 2, 1) }, "c2", e.Sign(middle(e, a)), e.SetWeight("w2", Layer(7, Channels, 3, 3)), e.Vector(7)));
        return e.Build();
    }

    private static Model Network()
    {
        var e = new ModelEditor();
        string x = e.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3, 20, 20)));
        float[] first = [.. Enumerable.Range(0, 64 * 27).Select(i => (i * 37 % 101 - 50) / 50f)];
        x = Norm(e, e.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c0", x, e.SetWeight("w0", new Dense(Shape.Of(64, 3, 3, 3), first))), 64);
        foreach ((int from, int to, int stride, int groups, string name) in new[] { (64, 96, 1, 1, "c1"), (96, 64, 2, 1, "c2"), (64, 64, 2, 2, "c3") })
        {
            string w = e.SetWeight($"{name}.w", Layer(to, from / groups, 3, 3));
            x = Norm(e, e.Add(new Conv { Window = Window.Square(3, stride, 1), Groups = groups }, name, e.Sign(x), w), to);
        }
        string row = e.Add(new Flatten(), "flat", e.Sign(x));
        string hidden = Norm(e, e.Add(new Gemm { TransB = true }, "fc1", row, e.SetWeight("fc1.w", Layer(90, 64 * 25)), e.Vector(90)), 90);
        e.AddOutput(e.Add(new Gemm { TransB = true }, "fc2", e.Sign(hidden), e.SetWeight("fc2.w", Layer(10, 90)), e.Vector(10)));
        return e.Build();
    }

    // Factors of both signs.
    private static string Norm(ModelEditor e, string x) => Norm(e, x, Channels);

    private static string Norm(ModelEditor e, string x, int channels)
    {
        string Of(string name, Func<int, float> value) => e.SetWeight(e.FreshValue(name), new Dense(Shape.Of(channels), Enumerable.Range(0, channels).Select(value).ToArray()));
        return e.Add(new BatchNormalization(), e.FreshValue("bn"), x,
            Of("gamma", c => c % 5 == 3 ? -0.7f : 0.4f + 0.01f * c), Of("beta", c => (c * 31 % 17 - 8) / 19f), Of("mean", c => (c * 13 % 23 - 11) * 0.31f), Of("variance", c => 3 + c % 4));
    }

    private static Scaled Layer(params int[] dims) => new(0, Row(dims[0]), Signs(dims));

    private static Dense Row(int count) => new(Shape.Of(count), Enumerable.Range(0, count).Select(c => 0.05f + 0.003f * c).ToArray());

    private static BinaryWeight Signs(params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        Rng rng = new(11, (ulong)shape.Elements);
        return BinaryWeight.Of(shape, [.. Enumerable.Range(0, (int)shape.Elements).Select(_ => rng.NextSingle() - 0.5f)]);
    }

    private static Operator Inner(Node node) => node.Operator is ChannelsLast last ? last.Inner : node.Operator;

    private static float[] Run(Model model, PlanOptions options)
    {
        var session = new Session(ExecutionPlan.Build(model, options));
        Rng rng = new(3);
        foreach (ref float value in session.Input("x").Floats) value = rng.NextSingle() * 2 - 1;
        session.Run();
        return session.Output(model.Outputs[0]).Floats.ToArray();
    }
}
