using Pare.Operators;
using Pare.Passes;

namespace Pare.Tests.Passes;

public class MergeDuplicatesTests
{
    private static readonly TensorType Vector = new(DType.F32, Shape.Of(2, 3));

    [Fact]
    public void Apply_EqualWeightsAndTheNodesThatReadThem_BecomeOne()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", Vector), a = Matrix(editor, "a", 1), b = Matrix(editor, "b", 1), c = Matrix(editor, "c", 2);
        string left = editor.Add(new Unary(UnaryFunctions.Relu), "left.act", editor.Add(new MatMul(), "left", x, a));
        string right = editor.Add(new Unary(UnaryFunctions.Relu), "right.act", editor.Add(new MatMul(), "right", x, b));
        string other = editor.Add(new MatMul(), "other", x, c);
        editor.AddOutput(editor.Add(new Variadic(VariadicFunction.Sum), "sum", left, right, other));
        Model model = editor.Build(), merged = MergeDuplicates.Apply(model);
        merged.Nodes.Select(n => n.Name).ShouldBe(["left", "left.act", "other", "sum"], ignoreOrder: true);
        merged.Weights.Keys.ShouldBe(["a", "c"], ignoreOrder: true);
        merged.Nodes.Single(n => n.Name == "sum").Inputs.ShouldBe(["left.act", "left.act", "other"]);
        Run(merged).ShouldBe(Run(model));
        MergeDuplicates.Apply(merged).ShouldBeSameAs(merged);
    }

    [Fact]
    public void Apply_OutputsOfTheModel_KeepTheirNames()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", Vector);
        string a = editor.Add(new Unary(UnaryFunctions.Relu), "a", x), b = editor.Add(new Unary(UnaryFunctions.Relu), "b", x);
        editor.AddOutput(a);
        editor.AddOutput(b);
        Model model = editor.Build();
        MergeDuplicates.Apply(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void Apply_OtherAttributes_AreNotTheSame()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", Vector);
        string a = editor.Add(new Unary(UnaryFunctions.LeakyRelu) { Alpha = 0.1f }, "a", x), b = editor.Add(new Unary(UnaryFunctions.LeakyRelu) { Alpha = 0.2f }, "b", x);
        editor.AddOutput(editor.Add(new Binary(BinaryFunctions.Add), "sum", a, b));
        Model model = editor.Build();
        MergeDuplicates.Apply(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void Apply_EqualVectors_OnlyWhereAskedFor()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", Vector);
        string a = editor.SetWeight("a", new Dense(Shape.Of(3), new float[3])), b = editor.SetWeight("b", new Dense(Shape.Of(3), new float[3]));
        editor.AddOutput(editor.Add(new Binary(BinaryFunctions.Add), "s", editor.Add(new Binary(BinaryFunctions.Add), "r", x, a), b));
        Model model = editor.Build();
        MergeDuplicates.Apply(model).ShouldBeSameAs(model);
        MergeDuplicates.Apply(model, vectors: true).Weights.Count.ShouldBe(1);
    }

    [Fact]
    public void Apply_ZeroAndMinusZero_AreNotEqual()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", Vector);
        string a = editor.SetWeight("a", new Dense(Shape.Of(3, 3), new float[9])), b = editor.SetWeight("b", new Dense(Shape.Of(3, 3), new float[] { 0, 0, 0, 0, 0, 0, 0, 0, -0f }));
        editor.AddOutput(editor.Add(new MatMul(), "s", editor.Add(new MatMul(), "r", x, a), b));
        Model model = editor.Build();
        MergeDuplicates.Apply(model).ShouldBeSameAs(model);
    }

    private static string Matrix(ModelEditor editor, string name, float first) =>
        editor.SetWeight(name, new Dense(Shape.Of(3, 3), new float[] { first, -2, 3, 4, -5, 6, 7, -8, 9 }));

    private static float[] Run(Model model)
    {
        var session = new Session(Pare.Runtime.ExecutionPlan.Build(model));
        Span<float> x = session.Input("x").Floats;
        for (int i = 0; i < x.Length; i++) x[i] = i - 2.5f;
        session.Run();
        return session.Output(model.Outputs[0]).Floats.ToArray();
    }
}
