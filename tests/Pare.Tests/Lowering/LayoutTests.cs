using Pare.Lowering;
using Pare.Operators;
using Pare.Runtime;
using Pare.Tests.Formats.Onnx;
using Pare.Tests.Kernels;

namespace Pare.Tests.Lowering;

public class LayoutTests
{
    /// <summary>What stands between two convolutions, from [N, 12, 8, 6]; and how many images are moved in the whole network.</summary>
    private static readonly Dictionary<string, (Func<ModelEditor, string, string> Add, int Moves)> Middles = new(StringComparer.Ordinal)
    {
        ["nothing"] = ((_, x) => x, 1),
        ["max pool"] = ((e, x) => e.Add(new MaxPool { Window = Window.Square(3, 2, 1) }, "m", x), 1),
        ["average pool"] = ((e, x) => e.Add(new AveragePool { Window = Window.Square(3, 1, 1), CountIncludePad = true }, "m", x), 1),
        ["lrn"] = ((e, x) => e.Add(new LocalResponseNormalization(), "m", x), 1),
        ["batch norm"] = ((e, x) => e.Add(new BatchNormalization(), "m", e.Add(new MaxPool { Window = Window.Square(2) }, "p", x), Vector(e, 12), Vector(e, 12), Vector(e, 12), Vector(e, 12)), 1),
        ["prelu"] = ((e, x) => e.Add(new Binary(PReluFunctions.PRelu), "m", x, e.SetWeight("slope", Ramp(12, 1, 1))), 1),
        ["factor of channels"] = ((e, x) => e.Add(new Binary(BinaryFunctions.Mul), "m", x, e.Add(new Unary(UnaryFunctions.Sigmoid), "s", e.Add(new GlobalAveragePool(), "g", x))), 1),
        ["shuffle"] = ((e, x) => Shuffle(e, x, 3), 1),
        ["split and concat"] = ((e, x) => Halves(e, x), 1),
        ["joined branches"] = ((e, x) => e.Add(new Concat(1), "m", Branch(e, x, "a"), Branch(e, x, "b")), 1),
        ["joined branches without bias"] = ((e, x) => e.Add(new Concat(1), "m", e.Add(new Conv(), "a", x, e.SetWeight("a.w", Ramp(4, 12, 1, 1))), e.Add(new Conv(), "b", x, e.SetWeight("b.w", Ramp(6, 12, 1, 1)))), 1),
        ["joined branches with residuals"] = ((e, x) => e.Add(new Concat(1), "m", Branch(e, x, "a"), Shortcut(e, x, "b"), Shortcut(e, x, "c")), 1),
        ["a branch joined with its input"] = ((e, x) => e.Add(new Concat(1), "m", Branch(e, x, "a"), x), 1),
        ["slice"] = ((e, x) => e.Add(new Slice(), "m", x, Numbers(e, 1, 2), Numbers(e, 11, 7), Numbers(e, 1, -2)), 1),
        ["slice of all axes"] = ((e, x) => e.Add(new Slice(), "m", x, Numbers(e, 0, 1, 2, 1), Numbers(e, 9, 11, 7, 6)), 1),
        ["pad"] = ((e, x) => e.Add(new Pad(), "m", x, Numbers(e, 0, 2, 1, 0, 0, 3, 0, 1)), 1),
        ["pad of axes"] = ((e, x) => e.Add(new Pad(PadMode.Edge), "m", x, Numbers(e, 2, 1, 3, 0), "", Numbers(e, 1, -1)), 1),
        ["resize"] = ((e, x) => e.Add(new Resize { Mode = Interpolation.Linear }, "m", x, "", "", Numbers(e, 2, 12, 16, 9)), 1),
        ["softmax"] = ((e, x) => e.Add(new Softmax { Axis = 1 }, "m", x), 1),
        ["softmax of rows"] = ((e, x) => e.Add(new Softmax { Axis = 3, Flattened = true }, "m", x), 1),
        ["softmax of all"] = ((e, x) => e.Add(new Softmax { Axis = 1, Flattened = true }, "m", x), 3),
        ["mean of channels"] = ((e, x) => e.Add(new Reduction(ReductionFunction.Mean), "m", x, Numbers(e, 1)), 1),
        ["mean of positions"] = ((e, x) => e.Add(new Reduction(ReductionFunction.Mean), "m", x, Numbers(e, 2, 3)), 1),
        ["largest of rows"] = ((e, x) => e.Add(new Reduction(ReductionFunction.Max), "m", x, Numbers(e, -1)), 1),
        ["turned round and back"] = ((e, x) => e.Add(new Transpose { Order = [0, 3, 1, 2] }, "m", e.Add(new Unary(UnaryFunctions.Tanh), "t", e.Add(new Transpose { Order = [0, 2, 3, 1] }, "r", x))), 1),
        ["no rule"] = ((e, x) => e.Add(new InstanceNormalization(), "m", x, Vector(e, 12), Vector(e, 12)), 3),
    };

    /// <summary>What stands behind the last convolution, [N, 10, H, W].</summary>
    private static readonly Dictionary<string, (Func<ModelEditor, string, Shape, string> Add, int Moves)> Ends = new(StringComparer.Ordinal)
    {
        ["an image"] = ((_, x, _) => x, 2),
        ["a vector"] = ((e, x, _) => e.Add(new Flatten(), "f", e.Add(new GlobalMaxPool(), "g", x)), 1),
        ["the mean without axes"] = ((e, x, _) => e.Add(new Reduction(ReductionFunction.Mean) { KeepAxes = false }, "g", x, Numbers(e, 2, 3)), 1),
        ["the sum without axes"] = ((e, x, _) => e.Add(new Reduction(ReductionFunction.Sum) { KeepAxes = false }, "g", x, Numbers(e, 3, 2)), 1),
        ["a product"] = ((e, x, s) => e.Add(new Gemm { TransB = true }, "y", e.Add(new Flatten(), "f", x), e.SetWeight("fc", Ramp(7, (int)s.Elements / 2)), e.SetWeight("b", Ramp(7))), 1),
        ["a product turned"] = ((e, x, s) => e.Add(new Unary(UnaryFunctions.Relu), "y", e.Add(new MatMul(), "p", e.Add(new Reshape(), "f", x, Numbers(e, 2, -1)), e.SetWeight("fc", Ramp((int)s.Elements / 2, 5)))), 1),
        ["two readers of the row"] = ((e, x, s) => TwoReaders(e, e.Add(new Flatten(), "f", x), (int)s.Elements / 2), 2),
    };

    public static TheoryData<string> MiddleNames => [.. Middles.Keys];

    public static TheoryData<string> EndNames => [.. Ends.Keys];

    [Theory]
    [MemberData(nameof(MiddleNames))]
    public void Run_WithARule_EqualsTheDefinitionAndMovesNothingMore(string middle) => Check(Network(Middles[middle].Add, Ends["a vector"].Add), Middles[middle].Moves);

    [Theory]
    [MemberData(nameof(EndNames))]
    public void Run_BehindARegion_EqualsTheDefinition(string end) => Check(Network((_, x) => x, Ends[end].Add), Ends[end].Moves);

    [Fact]
    public void Run_PicturesThatComeWithChannelsLast_AreNotMoved()
    {
        var editor = new ModelEditor();
        string x = editor.Add(new Transpose { Order = [0, 3, 1, 2] }, "turn", editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 8, 6, 5))));
        string y = editor.Add(new Conv(), "c", x, editor.SetWeight("w", Ramp(4, 5, 1, 1)));
        editor.AddOutput(editor.Add(new Transpose { Order = [0, 2, 3, 1] }, "back", y));
        Check(editor.Build(), 0);
    }

    // Chain, branch, view and broadcast: whatever is written over must not be read again.
    [Fact]
    public void Of_ElementWiseNodes_WriteOverWhatDies()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 64)));
        string a = editor.Add(new Unary(UnaryFunctions.Exp), "a", x);
        string b = editor.Add(new Unary(UnaryFunctions.Sigmoid), "b", a);
        string c = editor.Add(new Unary(UnaryFunctions.Tanh), "c", b);
        string d = editor.Add(new Binary(BinaryFunctions.Sub), "d", b, c);
        string e = editor.Add(new Reshape(), "e", d, Numbers(editor, 128));
        string f = editor.Add(new Unary(UnaryFunctions.Neg), "f", e);
        string g = editor.Add(new Binary(BinaryFunctions.Mul), "g", editor.Add(new Reduction(ReductionFunction.Sum), "sum", f, Numbers(editor, 0)), f);
        editor.AddOutput(editor.Add(new Variadic(VariadicFunction.Sum), "h", editor.Add(new Unary(UnaryFunctions.Abs), "i", g), g));
        Model model = editor.Build();
        Check(model, 0);
        // x and two that are alive at once; without writing over it would be three.
        ExecutionPlan.Measure(model).ActivationBytes.ShouldBe(3 * 512);
    }

    private static void Check(Model model, int moves)
    {
        Rng rng = new(3);
        (string name, TensorType type) = model.Inputs[0];
        float[] values = [.. Enumerable.Range(0, (int)type.Shape.Elements).Select(_ => rng.NextSingle() * 2 - 1)];
        float[] expected = ScalarRun.Run(model, new Dictionary<string, Tensor>(StringComparer.Ordinal) { [name] = Tensor.Of<float>(type.Shape, values) })[0].Floats.ToArray();
        foreach (int threads in new[] { 1, 3 })
        {
            var session = new Session(model, new PlanOptions { Threads = threads });
            values.CopyTo(session.Input(name).Floats);
            session.Run();
            session.Run();
            session.Output(model.Outputs[0]).Floats.ToArray().ShouldBeCloseTo(expected, 2e-5f);
            session.Input(name).Floats.ToArray().ShouldBe(values);
        }
        Lower.Run(model, null, integers: true).Nodes.Count(n => n.Operator is Transpose).ShouldBe(moves);
    }

    private static Model Network(Func<ModelEditor, string, string> middle, Func<ModelEditor, string, Shape, string> end)
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 5, 8, 6)));
        string first = editor.Add(new Unary(UnaryFunctions.Relu), "r", editor.Add(new Conv { Window = Window.Square(3, 1, 1) }, "c1", x, editor.SetWeight("w1", Ramp(12, 5, 3, 3)), Vector(editor, 12)));
        string between = middle(editor, first);
        editor.AddOutput(between);
        Shape shape = editor.Build().Types[between].Shape;
        string second = editor.Add(new Conv(), "c2", between, editor.SetWeight("w2", Ramp(10, shape.Fixed[1], 1, 1)));
        editor.SetOutputs([end(editor, second, shape.With(1, 10))]);
        return editor.Build();
    }

    private static string Shuffle(ModelEditor e, string x, int groups)
    {
        string cut = e.Add(new Reshape(), "cut", x, Numbers(e, 0, groups, 12 / groups, 8, 6));
        return e.Add(new Reshape(), "together", e.Add(new Transpose { Order = [0, 2, 1, 3, 4] }, "deal", cut), Numbers(e, 0, 12, 8, 6));
    }

    // A convolution of 7 channels.
    private static string Branch(ModelEditor e, string x, string name) => e.Add(new Conv(), name, x, e.SetWeight($"{name}.w", Ramp(7, 12, 1, 1)), Vector(e, 7));

    // A convolution to which its input is added.
    private static string Shortcut(ModelEditor e, string x, string name)
    {
        string sum = e.Add(new Binary(BinaryFunctions.Add), $"{name}.sum", e.Add(new Conv(), name, x, e.SetWeight($"{name}.w", Ramp(12, 12, 1, 1)), Vector(e, 12)), x);
        return e.Add(new Unary(UnaryFunctions.Relu), $"{name}.relu", sum);
    }

    private static string Halves(ModelEditor e, string x)
    {
        e.Add(new Node("split", new Split { Axis = 1 }, [x, Numbers(e, 5, 7)], ["s1", "s2"]));
        return e.Add(new Concat(-3), "m", "s2", e.Add(new Unary(UnaryFunctions.Sigmoid), "s", "s1"), "s1");
    }

    private static string TwoReaders(ModelEditor e, string row, int length)
    {
        string weight = e.SetWeight("fc", Ramp(7, length)), bias = e.SetWeight("b", Ramp(7));
        return e.Add(new Binary(BinaryFunctions.Add), "y", e.Add(new Gemm { TransB = true }, "g1", row, weight, bias), e.Add(new Reduction(ReductionFunction.Sum), "g2", row, Numbers(e, 1)));
    }

    private static string Numbers(ModelEditor e, params long[] values) => e.SetConstant(e.FreshValue("n"), Tensor.Vector(values));

    private static string Vector(ModelEditor e, int count) => e.SetWeight(e.FreshValue("v"), Ramp(count));

    private static Dense Ramp(params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        return new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(i => (i * 37 % 101 - 40) / 200f + 0.21f).ToArray());
    }
}
