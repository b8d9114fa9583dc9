using Pare.Compression.Training;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Tests.Training;

public class TrainingGraphTests
{
    private const int Batch = 5;

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 0)]
    [InlineData(false, 0.4)]
    public void Build_WholeNetwork_GradientsAgreeWithDifferences(bool freezeBatchNorm, double dropout)
    {
        Model model = Smooth(TestNets.Residual(dropout));
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = Batch, FreezeBatchNorm = freezeBatchNorm, Loss = new CrossEntropy(0.1f) });
        ShouldAgreeWithDifferences(model, graph);
        graph.Gradients.Keys.ShouldBe(model.Weights.Keys.Where(k => !k.Contains("running", StringComparison.Ordinal)), ignoreOrder: true);
    }

    [Fact]
    public void Build_NormalizationsAndUpsampling_GradientsAgreeWithDifferences()
    {
        var editor = new ModelEditor();
        string y = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 2, 4, 4])));
        y = editor.Add(new LocalResponseNormalization { Size = 2, Alpha = 1 }, "lrn", y);
        y = editor.Add(new ConvTranspose { Window = Window.Square(2, 2) }, "up", y, Weight("up.weight", 2, 4, 2, 2), Weight("up.bias", 4));
        y = Smoothed(editor.Add(new GroupNormalization { Groups = 2 }, "group", y, Weight("group.scale", 4), Weight("group.bias", 4)));
        // Scales of an initializer are floats like any weight, but never trained.
        editor.SetWeight("scales", new Dense(Shape.Of(4), new[] { 1f, 1, 2, 1.5f }));
        y = editor.Add(new Resize { Mode = Interpolation.Linear }, "resize", y, "", "scales");
        y = Smoothed(editor.Add(new InstanceNormalization(), "instance", y, Weight("instance.scale", 4), Weight("instance.bias", 4)));
        y = editor.Add(new Flatten(), "flat", editor.Add(new GlobalMaxPool(), "pool", y));
        y = editor.Add(new LayerNormalization { Epsilon = 0.1f }, "layer", y, Weight("layer.scale", 4), Weight("layer.bias", 4));
        editor.AddOutput(editor.Add(new Gemm(), "fc", y, Weight("fc.weight", 4, 3)));
        Model model = editor.Build();
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = Batch });
        ShouldAgreeWithDifferences(model, graph);
        graph.Gradients.Keys.ShouldBe(model.Weights.Keys.Where(k => k != "scales"), ignoreOrder: true);

        string Smoothed(string value) => editor.Add(new Unary(UnaryFunctions.Tanh), value + "/tanh", value);

        string Weight(string name, params int[] dims)
        {
            var rng = new Rng(3, (ulong)editor.Weights.Count);
            Shape shape = Shape.Of(dims);
            return editor.SetWeight(name, new Dense(shape, Enumerable.Range(0, (int)shape.Elements).Select(_ => 0.5f + (float)rng.NextNormal()).ToArray()));
        }
    }

    private static void ShouldAgreeWithDifferences(Model model, TrainingGraph graph)
    {
        Session session = Prepared(model, graph);
        session.Run();
        var rng = new Rng(11);
        foreach ((string weight, string output) in graph.Gradients)
        {
            float[] gradient = session.Output(output).Floats.ToArray(), at = session.Input(weight).Floats.ToArray();
            float[] direction = [.. at.Select(_ => (float)rng.NextNormal())];
            const float Step = 2e-3f;
            double difference = (Loss(session, graph, weight, at, direction, Step) - Loss(session, graph, weight, at, direction, -Step)) / (2 * Step);
            double product = gradient.Zip(direction).Sum(p => (double)p.First * p.Second);
            product.ShouldBe(difference, 2e-3 + 0.01 * Math.Abs(difference), $"{weight} of {model.Metadata.Name}");
            at.CopyTo(session.Input(weight).Floats);
            session.Run();
        }
    }

    [Fact]
    public void Build_BatchNorm_GivesNewStatisticsUnlessFrozen()
    {
        Model model = TestNets.Residual();
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = Batch });
        graph.Statistics.Select(s => s.Weight).ShouldBe(["bn1.running_mean", "bn1.running_var", "bn2.running_mean", "bn2.running_var"]);
        Session session = Prepared(model, graph);
        session.Run();
        session.Output(graph.Statistics[1].Updated).Floats.ToArray().ShouldAllBe(v => v != 1);
        TrainingGraph.Build(model, new TrainingGraphOptions { Batch = Batch, FreezeBatchNorm = true }).Statistics.ShouldBeEmpty();
    }

    [Fact]
    public void Build_SomeWeights_OnlyTheyAreInputsAndNothingBeforeThemIsDifferentiated()
    {
        var graph = TrainingGraph.Build(TestNets.Residual(), new TrainingGraphOptions { Batch = Batch, Weights = ["fc.weight"] });
        graph.Gradients.Keys.ShouldBe(["fc.weight"]);
        graph.Model.Weights.Keys.ShouldContain("conv1.weight");
        graph.Model.Nodes.ShouldNotContain(n => n.Operator.Name.StartsWith("Conv", StringComparison.Ordinal) && n.Operator.Name.Contains("Gradient", StringComparison.Ordinal));
    }

    [Fact]
    public void Build_NodesWithoutGradient_NamesAllOfThem()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 3)));
        string w = editor.SetWeight("w", new Dense(Shape.Of(3), new float[3]));
        string y = editor.Add(new Binary(BinaryFunctions.Mul), "times", x, w);
        foreach (string name in (string[])["first", "second"]) y = editor.Add(new NoGradient(), name, y);
        editor.AddOutput(y);
        string message = Should.Throw<UnsupportedException>(() => TrainingGraph.Build(editor.Build(), new TrainingGraphOptions { Batch = 2 })).Message;
        message.ShouldContain("'first' (NoGradient)");
        message.ShouldContain("'second' (NoGradient)");
    }

    [Fact]
    public void Build_WeightReadTwice_AddsBothGradients()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 2])));
        string w = editor.SetWeight("w", new Dense(Shape.Of(2, 2), new[] { 0.1f, 0.2f, -0.3f, 0.4f }));
        string h = editor.Add(new Gemm(), "first", x, w);
        editor.AddOutput(editor.Add(new Gemm(), "second", h, w));
        Model model = editor.Build();
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = Batch });
        Session session = Prepared(model, graph);
        session.Run();
        float[] gradient = session.Output(graph.Gradients["w"]).Floats.ToArray(), at = session.Input("w").Floats.ToArray();
        float[] direction = [1, -1, 0.5f, 2];
        double difference = (Loss(session, graph, "w", at, direction, 2e-3f) - Loss(session, graph, "w", at, direction, -2e-3f)) / 4e-3;
        gradient.Zip(direction).Sum(p => (double)p.First * p.Second).ShouldBe(difference, 1e-3);
    }

    [Fact]
    public void Build_SoftmaxAtTheEnd_BelongsToTheLoss()
    {
        Model model = TestNets.Perceptron();
        var editor = new ModelEditor(model);
        editor.SetOutputs([editor.Add(new Softmax(), "probabilities", "logits")]);
        var graph = TrainingGraph.Build(editor.Build(), new TrainingGraphOptions { Batch = Batch });
        graph.Logits.ShouldBe("logits");
        graph.Model.Nodes.ShouldNotContain(n => n.Operator is Softmax);
    }

    /// <summary>Hyperbolic tangents instead of rectifiers: differences across a kink are no derivative.</summary>
    private static Model Smooth(Model model)
    {
        var editor = new ModelEditor(model);
        foreach (Node node in model.Nodes.Where(n => n.Operator.Name == "Relu"))
            editor.Replace(node, node with { Operator = new Unary(UnaryFunctions.Tanh) });
        return editor.Build();
    }

    private static Session Prepared(Model model, TrainingGraph graph)
    {
        var session = new Session(ExecutionPlan.Build(graph.Model, new PlanOptions { Threads = 1 }));
        var rng = new Rng(5);
        Span<float> x = session.Input(graph.Input).Floats;
        for (int i = 0; i < x.Length; i++) x[i] = (float)rng.NextNormal();
        Span<int> labels = session.Input(graph.Labels).As<int>();
        int classes = session.Output(graph.Logits).Dims[1];
        for (int i = 0; i < labels.Length; i++) labels[i] = i % classes;
        foreach (string weight in graph.Gradients.Keys.Concat(graph.Statistics.Select(s => s.Weight))) model.Weights[weight].Decode(0, session.Input(weight).Floats);
        return session;
    }

    private static double Loss(Session session, TrainingGraph graph, string weight, float[] at, float[] direction, float step)
    {
        Span<float> w = session.Input(weight).Floats;
        for (int i = 0; i < w.Length; i++) w[i] = at[i] + step * direction[i];
        session.Run();
        return session.Output(graph.Loss).Floats[0];
    }

    private sealed record NoGradient : Operator
    {
        public override string Name => "NoGradient";

        public override void Infer(InferScope s) => s.Output(0, s.Type(0));

        public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs) => inputs[0]!.Bytes.CopyTo(outputs[0].Bytes);
    }
}
