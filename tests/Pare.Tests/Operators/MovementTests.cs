using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>Operators on elements and movement: open shapes, faults, and values that ONNX's node tests leave out.</summary>
public class MovementTests
{
    private readonly ModelEditor _editor = new();
    private readonly string _x;

    public MovementTests() => _x = _editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 8, 4, 6])));

    [Fact]
    public void Infer_OpenBatch_StaysOpen()
    {
        Infer(Add(new DepthToSpace(2), _x)).ShouldBe("[N, 2, 8, 12]");
        Infer(Add(new SpaceToDepth(2), _x)).ShouldBe("[N, 32, 2, 3]");
        Infer(Add(new Einsum("nchw,cd->nd"), _x, Floats(8, 5))).ShouldBe("[N, 5]");
        Infer(Add(new Einsum("...w,wv"), _x, Floats(6, 2))).ShouldBe("[N, 8, 4, 2]");
        Infer(Add(new CenterCropPad { Axes = [-1] }, _x, Longs(3))).ShouldBe("[N, 8, 4, 3]");
        Infer(Add(new GatherND(), _x, _editor.SetConstant("at", Tensor.Of<long>(Shape.Of(3, 2), [0, 1, 0, 2, 0, 3])))).ShouldBe("[3, 4, 6]");
        Infer(Add(new Binary(PReluFunctions.PRelu), _x, Floats(8, 1, 1))).ShouldBe("[N, 8, 4, 6]");
    }

    [Fact]
    public void Infer_ShapeArithmetic_FollowsNames()
    {
        string shape = Add(new ShapeOf(), _x);
        Integers(Add(new ScatterElements(), shape, Longs(1), Longs(-1))).ShouldBe("N, -1, 4, 6");
        Integers(Add(new GatherND(), shape, _editor.SetConstant("first", Tensor.Of<long>(Shape.Of(2, 1), [3, 0])))).ShouldBe("6, N");
        Integers(Add(new CastLike(), shape, Longs(1))).ShouldBe("N, 8, 4, 6");
        string batch = Add(new Slice(), shape, Longs(0), Longs(1));
        Infer(Add(new OneHot(), Longs(1, 2), batch, Floats(2))).ShouldBe("[2, N]");
        Infer(Add(new CosineWindow(CosineWindowKind.Hann), batch)).ShouldBe("[N]");
    }

    [Fact]
    public void Infer_LengthsThatFollowFromValues_AreNames()
    {
        Infer(Add(new NonZero(), _x)).ShouldBe("[4, NonZero.1]");
        Infer(Add(new Unique { Axis = 1 }, _x)).ShouldBe("[N, Unique.1, 4, 6]");
        string condition = _editor.AddInput("condition", new TensorType(DType.Bool, Shape.Of(4)));
        Infer(Add(new Compress { Axis = 2 }, _x, condition)).ShouldBe("[N, 8, Compress.2, 6]");
        string k = _editor.AddInput("k", new TensorType(DType.I64, Shape.Of(1)));
        Infer(Add(new TopK(), _x, k)).ShouldBe("[N, 8, 4, TopK.3]");
    }

    [Fact]
    public void Infer_WhatDoesNotFit_IsToldWithNumbers()
    {
        Fault(new DepthToSpace(3), _x).ShouldContain("its 8 channels must be a multiple of 9");
        Fault(new SpaceToDepth(4), _x).ShouldContain("axis 3 must be a multiple of 4");
        Fault(new TopK(), _x, Longs(7)).ShouldContain("k is 7, axis 3 of [N, 8, 4, 6] has 6 elements");
        Fault(new Einsum("ij->i"), _x).ShouldContain("gives operand 0 2 axes, it has 4");
        Fault(new Einsum("abcd->e"), _x).ShouldContain("the output axis 'e', which no operand has");
        Fault(new Einsum("abcd,d->a"), _x, Floats(5)).ShouldContain("axis 0 must be 6");
        Fault(new Einsum("a1cd"), _x).ShouldContain("'1' where a letter or '...' is needed");
        Fault(new Binary(PReluFunctions.PRelu), Floats(1), Floats(3)).ShouldContain("input 1 is [3], which does not broadcast to input 0, [1]");
        Fault(new Binary(IntegerFunctions.BitwiseAnd), _x, _x).ShouldContain("holds F32; an integer is needed");
        Fault(new BitCast(DType.I64), _x).ShouldContain("F32 has 4 bytes, I64 has 8");
        Fault(new ScatterND(), _x, Longs(0, 0), Floats(3)).ShouldContain("need [4, 6]");
        Fault(new Det(), _x).ShouldContain("the last two axes must be equal");
        Fault(new ReverseSequence(), _x, Longs(1)).ShouldContain("it has 1 lengths for 8 samples");
        Fault(new Compress(), Floats(2), _editor.SetConstant("all", Tensor.Vector(true, true, true))).ShouldContain("there are 2 slices to choose from");
    }

    [Fact]
    public void Evaluate_IndexOutside_NamesItAndTheAxis() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Run(new ScatterElements(), Tensor.Vector(1.0, 2), Tensor.Vector(2L), Tensor.Vector(5.0)))
            .Message.ShouldContain("outside an axis of 2");

    [Fact]
    public void Mod_Signs_FollowTheDivisorOrTheDividend()
    {
        Tensor a = Tensor.Vector(-7L, 7, -7, 7, 5), b = Tensor.Vector(3L, -3, -3, 3, -1);
        Run(new Binary(IntegerFunctions.Mod), a, b).ToInt64s().ShouldBe([2, -2, -1, 1, 0]);
        Run(new Binary(IntegerFunctions.Fmod), a, b).ToInt64s().ShouldBe([-1, 1, -1, 1, 0]);
    }

    [Fact]
    public void BitShift_ByAllBitsAndMore_GivesZero()
    {
        Tensor a = Tensor.Vector<byte>(255, 255, 255), by = Tensor.Vector<byte>(1, 8, 200);
        Run(new Binary(IntegerFunctions.ShiftLeft), a, by).ToInt64s().ShouldBe([254, 0, 0]);
        Run(new Binary(IntegerFunctions.ShiftRight), a, by).ToInt64s().ShouldBe([127, 0, 0]);
        Run(new Binary(IntegerFunctions.ShiftRight), Tensor.Vector(ulong.MaxValue), Tensor.Vector(63UL)).ToInt64s().ShouldBe([1]);
    }

    [Fact]
    public void ReduceLogSumExp_LargeAndInfinite_DoesNotOverflow()
    {
        var reduce = new Reduction(ReductionFunction.LogSumExp) { KeepAxes = false };
        Run(reduce, Tensor.Vector(1000.0, 1000.0)).As<double>()[0].ShouldBe(1000 + Math.Log(2), 1e-12);
        Run(reduce, Tensor.Vector(double.NegativeInfinity, double.NegativeInfinity)).As<double>()[0].ShouldBe(double.NegativeInfinity);
        Run(reduce, Tensor.Vector(double.PositiveInfinity, 1)).As<double>()[0].ShouldBe(double.PositiveInfinity);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(30)]
    public void Dft_AnyLength_IsTheSumAndTurnsBack(int length)
    {
        Tensor x = OperatorExamples.Reals(1, length, 2);
        Tensor y = Run(new DiscreteFourier(), x), back = Run(new DiscreteFourier { Inverse = true }, y);
        for (int k = 0; k < length; k++)
        {
            double sum = 0;
            for (int n = 0; n < length; n++)
            {
                double angle = -2 * Math.PI * k * n / length;
                sum += Math.Cos(angle) * x.As<double>()[2 * n] - Math.Sin(angle) * x.As<double>()[2 * n + 1];
            }
            y.As<double>()[2 * k].ShouldBe(sum, 1e-12 * length);
        }
        for (int i = 0; i < 2 * length; i++) back.As<double>()[i].ShouldBe(x.As<double>()[i], 1e-13);
    }

    [Fact]
    public void LpNormalization_Zeros_StayZeros() => Run(new LpNormalization(), Tensor.Of<double>(Shape.Of(2, 2), [0, 0, 3, 4])).As<double>().ToArray().ShouldBe([0, 0, 0.6, 0.8]);

    private static Tensor Run(Operator op, params Tensor[] inputs)
    {
        var editor = new ModelEditor();
        string[] names = [.. inputs.Select((t, i) => editor.SetConstant($"c{i}", t))];
        string y = editor.Add(op, "y", names);
        editor.SetOutputs([y]);
        TensorType type = editor.Build().Types[y];
        var output = new Tensor(type.DType, type.Shape);
        op.Evaluate(inputs, [output]);
        return output;
    }

    private string Add(Operator op, params ReadOnlySpan<string> inputs) => _editor.Add(op, op.Name, inputs);

    private string Floats(params int[] dims) => _editor.SetConstant(_editor.FreshValue("f"), new Tensor(DType.F32, Shape.Of(dims)));

    private string Longs(params long[] values) => _editor.SetConstant(_editor.FreshValue("l"), Tensor.Vector<long>(values));

    private string Infer(string value)
    {
        _editor.SetOutputs([value]);
        return _editor.Build().Types[value].Shape.ToString();
    }

    private string Integers(string value)
    {
        _editor.SetOutputs([value]);
        return string.Join(", ", TypeInference.Of(_editor.Build()).Integers[value]);
    }

    private string Fault(Operator op, params string[] inputs)
    {
        var node = new Node(_editor.FreshNode("faulty"), op, [.. inputs], [_editor.FreshValue("y")]);
        _editor.Add(node);
        _editor.SetOutputs([node.Outputs[0]]);
        string message = Should.Throw<ModelException>(_editor.Build, op.ToString()).Message;
        _editor.Remove(node);
        return message;
    }
}
