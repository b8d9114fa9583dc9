namespace Pare.Tests;

public class ModelEditorTests
{
    [Fact]
    public void Build_NodesOutOfOrder_AreSorted()
    {
        ModelEditor editor = WithInput();
        editor.Add(new Node("second", new Doubling(), ["a"], ["b"]));
        editor.Add(new Node("first", new Doubling(), ["x"], ["a"]));
        editor.AddOutput("b");

        editor.Build().Nodes.Select(n => n.Name).ShouldBe(["first", "second"]);
    }

    [Fact]
    public void Build_Cycle_NamesItsNodes()
    {
        ModelEditor editor = WithInput();
        editor.Add(new Node("p", new Doubling(), ["b"], ["a"]));
        editor.Add(new Node("q", new Doubling(), ["a"], ["b"]));
        editor.AddOutput("b");

        Should.Throw<ModelException>(editor.Build).Message.ShouldBe("Nodes form a cycle: 'p' (Doubling), 'q' (Doubling).");
    }

    [Fact]
    public void Build_InputNobodyProvides_NamesNodeAndInput()
    {
        ModelEditor editor = WithInput();
        editor.Add(new Node("p", new Doubling(), ["nowhere"], ["a"]));
        editor.AddOutput("a");

        Should.Throw<ModelException>(editor.Build).Message.ShouldContain("Node 'p' (Doubling) reads 'nowhere'");
    }

    [Fact]
    public void Build_TwoMakersOfOneValue_Throws()
    {
        ModelEditor editor = WithInput();
        editor.Add(new Node("p", new Doubling(), ["x"], ["a"]));
        editor.Add(new Node("q", new Doubling(), ["x"], ["a"]));
        editor.AddOutput("a");

        Should.Throw<ModelException>(editor.Build).Message.ShouldContain("two makers");
    }

    [Fact]
    public void RemoveUnused_DeadNodesAndWeights_GoAway()
    {
        ModelEditor editor = WithInput();
        editor.SetWeight("w", new Dense(Shape.Of(2), new float[2]));
        editor.Add(new Node("live", new Doubling(), ["x"], ["a"]));
        editor.Add(new Node("dead", new Doubling(), ["w"], ["b"]));
        editor.AddOutput("a");

        editor.RemoveUnused();

        Model model = editor.Build();
        model.Nodes.Select(n => n.Name).ShouldBe(["live"]);
        model.Weights.ShouldBeEmpty();
    }

    [Fact]
    public void Run_BatchBoundByName_ComputesEveryRow()
    {
        ModelEditor editor = WithInput();
        editor.AddOutput(editor.Add(new Doubling(), "y", editor.Add(new Doubling(), "a", "x")));
        var plan = Pare.Runtime.ExecutionPlan.Build(editor.Build(), bindings: new Dictionary<string, long> { ["N"] = 3 });
        var session = new Session(plan);
        for (int i = 0; i < 6; i++) session.Input("x").Floats[i] = i;

        session.Run();

        session.Output("y").Floats.ToArray().ShouldBe([0f, 4f, 8f, 12f, 16f, 20f]);
    }

    private static ModelEditor WithInput()
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 2])));
        return editor;
    }

    private sealed record Doubling : Operator
    {
        public override string Name => nameof(Doubling);

        public override void Infer(InferScope s) => s.Output(0, s.Type(0));

        public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
        {
            for (int i = 0; i < outputs[0].Length; i++) outputs[0].Floats[i] = 2 * inputs[0]!.Floats[i];
        }
    }
}
