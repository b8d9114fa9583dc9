using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>Inference over values with N open: the shape arithmetic that exporters leave.</summary>
public class OpenShapeTests
{
    private readonly ModelEditor _editor = new();
    private readonly string _x;

    public OpenShapeTests() => _x = _editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 3, 8, 8])));

    [Fact]
    public void Reshape_ToBatchAndRest_KeepsN()
    {
        string batch = _editor.Add(new Gather(), "batch", Add(new ShapeOf(), _x), Long(0));
        string wish = Add(new Concat(0), Add(new Unsqueeze(), batch, Longs(0)), Longs(-1));
        Infer(Add(new Reshape(), _x, wish)).ShouldBe("[N, 192]");
    }

    [Fact]
    public void Reshape_RestFirst_KeepsN() => Infer(Add(new Reshape(), _x, Longs(-1, 192))).ShouldBe("[N, 192]");

    [Fact]
    public void Reshape_RestOverOtherLengths_IsAMultipleOfN() => Infer(Add(new Reshape(), _x, Longs(-1, 64))).ShouldBe("[3*N, 64]");

    [Fact]
    public void Expand_ExportedIdiom_KeepsN()
    {
        // torch.expand(-1, 3, 8, 8): where the wish is -1 the shape's own length is taken.
        string shape = Add(new ShapeOf(), _x), wish = Add(new Concat(0), Add(new Slice(), shape, Longs(0), Longs(1)), Longs(3, 8, 8));
        string minus = Add(new Binary(BinaryFunctions.Mul), Add(ConstantOfShape.Of(Tensor.Scalar(1L)), Longs(4)), Long(-1));
        string chosen = Add(new Where(), Add(new Binary(BinaryFunctions.Equal), wish, minus), Add(ConstantOfShape.Of(Tensor.Scalar(1L)), Longs(4)), wish);
        Infer(Add(new Expand(), _editor.SetConstant("one", Tensor.Scalar(1f)), chosen)).ShouldBe("[N, 3, 8, 8]");
    }

    [Fact]
    public void Slice_OfTheOpenAxis_IsAForm()
    {
        Infer(Add(new Slice(), _x, Longs(1), Longs(long.MaxValue), Longs(0))).ShouldBe("[N + -1, 3, 8, 8]");
        Infer(Add(new Slice(), _x, Longs(0), Longs(-1), Longs(0))).ShouldBe("[N + -1, 3, 8, 8]");
    }

    [Fact]
    public void Conv_OpenHeight_StaysAFormOrGetsAName()
    {
        string image = _editor.AddInput("image", new TensorType(DType.F32, new Shape([1, 1, Dim.Named("H"), 9])));
        string weight = _editor.SetWeight("w", new Dense(Shape.Of(1, 1, 3, 3), new float[9]));
        Infer(_editor.Add(new Conv(), "same", image, weight)).ShouldBe("[1, 1, H + -2, 7]");
        Infer(_editor.Add(new Conv { Window = new Window(Strides: [2, 2]) }, "strided", image, weight)).ShouldBe("[1, 1, strided.2, 4]");
    }

    [Fact]
    public void Range_OpenLimit_HasItsLength() =>
        Infer(_editor.Add(new NumberRange(), "r", Long(0), Add(new Gather(), Add(new ShapeOf(), _x), Long(0)), Long(1))).ShouldBe("[N]");

    private string Add(Operator op, params ReadOnlySpan<string> inputs) => _editor.Add(op, op.Name, inputs);

    private string Long(long value) => _editor.SetConstant(_editor.FreshValue("c"), Tensor.Scalar(value));

    private string Longs(params long[] values) => _editor.SetConstant(_editor.FreshValue("c"), Tensor.Vector<long>(values));

    private string Infer(string value)
    {
        _editor.SetOutputs([value]);
        return _editor.Build().Types[value].Shape.ToString();
    }
}
