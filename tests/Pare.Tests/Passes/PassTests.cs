using Pare.Encodings;
using Pare.Operators;
using Pare.Passes;
using Pare.Tests.Formats.Onnx;

namespace Pare.Tests.Passes;

/// <summary>Each pass alone, on a few nodes.</summary>
public class PassTests
{
    private readonly ModelEditor _editor = new();
    private readonly string _x;

    public PassTests() => _x = _editor.AddInput("x", new TensorType(DType.F32, new Shape([2, 3])));

    [Fact]
    public void FoldConstants_OfConstants_LeavesTheirResult()
    {
        string two = _editor.Add(new Binary(BinaryFunctions.Add), "two", One("a"), One("b"));
        Model folded = FoldConstants.Apply(Done(_editor.Add(new Binary(BinaryFunctions.Mul), "y", _x, two)));
        folded.Nodes.Single().Operator.Name.ShouldBe("Mul");
        folded.Constants["two"].Floats[0].ShouldBe(2);
    }

    [Fact]
    public void FoldConstants_ShapeOfAnOpenInput_FoldsTheKnownPart()
    {
        string open = _editor.AddInput("open", new TensorType(DType.I64, new Shape([Dim.Named("N"), 5])));
        string second = _editor.Add(new Gather(), "second", _editor.Add(new ShapeOf(), "shape", open), _editor.SetConstant("i", Tensor.Scalar(1L)));
        Model folded = FoldConstants.Apply(Done(_editor.Add(new Cast(DType.F32), "y", _editor.Add(new Identity(), "id", second))));
        folded.Constants["id"].ToInt64s().ShouldBe([5]);
        folded.Nodes.ShouldHaveSingleItem();
    }

    [Fact]
    public void FoldConstants_LargeFill_IsNotStored()
    {
        string fill = _editor.Add(new ConstantOfShape(), "fill", _editor.SetConstant("s", Tensor.Vector<long>(1000, 1000)));
        Model model = Done(_editor.Add(new Unary(UnaryFunctions.Relu), "y", fill));
        FoldConstants.Apply(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void FoldConstants_CompressedWeight_StaysCompressed()
    {
        _editor.SetWeight("w", Compressed(2, 3));
        Model model = Done(_editor.Add(new MatMul(), "y", _x, _editor.Add(new Transpose(), "t", "w")));
        FoldConstants.Apply(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void FoldConstants_ForTraining_OnlyMovesWeights()
    {
        _editor.SetWeight("w", new Dense(Shape.Of(2, 3), new float[6]));
        _editor.SetWeight("v", new Dense(Shape.Of(3, 2), new float[6]));
        string moved = _editor.Add(new Transpose(), "moved", "w"), scaled = _editor.Add(new Unary(UnaryFunctions.Neg), "scaled", "v");
        Model folded = FoldConstants.ApplyForTraining(Done(_editor.Add(new Binary(BinaryFunctions.Add), "y", moved, scaled)));
        folded.Nodes.Select(n => n.Operator.Name).ShouldBe(["Neg", "Add"], ignoreOrder: true);
        folded.Weights.Keys.ShouldBe(["moved", "v"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void FoldBatchNorm_AfterConv_ComputesTheSame(bool bias, bool compressed)
    {
        string image = _editor.AddInput("image", new TensorType(DType.F32, Shape.Of(1, 2, 4, 4)));
        _editor.SetWeight("w", compressed ? Compressed(3, 2, 3, 3) : new Dense(Shape.Of(3, 2, 3, 3), Random(54)));
        if (bias) _editor.SetWeight("b", new Dense(Shape.Of(3), Random(3)));
        string conv = _editor.Add(new Conv(), "conv", image, "w", bias ? "b" : "");
        Model model = Done(Norm(conv, 3)), folded = FoldBatchNorm.Apply(model);
        folded.Nodes.Single().Operator.ShouldBeOfType<Conv>();
        folded.Weights["w"].ToString().ShouldBe(compressed ? "scaled(dense, dense)" : "dense");
        folded.Outputs.ShouldBe(model.Outputs);
        Same(model, folded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FoldBatchNorm_AfterGemm_ComputesTheSame(bool transB)
    {
        _editor.SetWeight("w", new Dense(transB ? Shape.Of(4, 3) : Shape.Of(3, 4), Random(12)));
        Model model = Done(Norm(_editor.Add(new Gemm { TransB = transB, Alpha = 0.5f }, "fc", _x, "w"), 4)), folded = FoldBatchNorm.Apply(model);
        folded.Nodes.ShouldHaveSingleItem();
        Same(model, folded);
    }

    [Fact]
    public void FoldBatchNorm_OutputReadElsewhere_StaysAsItIs()
    {
        _editor.SetWeight("w", new Dense(Shape.Of(3, 4), Random(12)));
        string product = _editor.Add(new Gemm(), "fc", _x, "w"), norm = Norm(product, 4);
        Model model = Done(_editor.Add(new Binary(BinaryFunctions.Add), "y", product, norm));
        FoldBatchNorm.Apply(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void CanonicalGemm_ProductAndVector_BecomeOne()
    {
        _editor.SetWeight("w", new Dense(Shape.Of(3, 4), Random(12)));
        _editor.SetWeight("b", new Dense(Shape.Of(1, 4), Random(4)));
        Model model = Done(_editor.Add(new Binary(BinaryFunctions.Add), "y", "b", _editor.Add(new MatMul(), "p", _x, "w"))), canonical = CanonicalGemm.Apply(model);
        canonical.Nodes.Single().Operator.ShouldBe(new Gemm());
        canonical.Weights["b"].Shape.ShouldBe(Shape.Of(4));
        Same(model, canonical);
    }

    [Fact]
    public void CanonicalGemm_AddedMatrix_StaysAnAdd()
    {
        _editor.SetWeight("w", new Dense(Shape.Of(3, 4), Random(12)));
        _editor.SetWeight("b", new Dense(Shape.Of(2, 4), Random(8)));
        Model model = Done(_editor.Add(new Binary(BinaryFunctions.Add), "y", _editor.Add(new MatMul(), "p", _x, "w"), "b")), canonical = CanonicalGemm.Apply(model);
        canonical.Nodes.Select(n => n.Operator.Name).ShouldBe(["Gemm", "Add"]);
        Same(model, canonical);
    }

    [Fact]
    public void FoldBias_PerChannelAdd_BecomesTheBias()
    {
        string image = _editor.AddInput("image", new TensorType(DType.F32, Shape.Of(1, 2, 4, 4)));
        _editor.SetWeight("w", new Dense(Shape.Of(3, 2, 3, 3), Random(54)));
        _editor.SetWeight("b", new Dense(Shape.Of(3, 1, 1), Random(3)));
        Model model = Done(_editor.Add(new Binary(BinaryFunctions.Add), "y", _editor.Add(new Conv(), "conv", image, "w"), "b")), folded = FoldBias.Apply(model);
        folded.Nodes.ShouldHaveSingleItem();
        Same(model, folded);
    }

    [Fact]
    public void RemoveIdentity_AtTheOutput_KeepsItsName()
    {
        string relu = _editor.Add(new Unary(UnaryFunctions.Relu), "relu", _x);
        Model model = RemoveIdentity.Apply(Done(_editor.Add(new Dropout(), "result", _editor.Add(new Identity(), "id", relu))));
        model.Nodes.Single().Operator.Name.ShouldBe("Relu");
        model.Outputs.ShouldBe(["result"]);
    }

    [Fact]
    public void RemoveIdentity_BetweenInputAndOutput_Stays()
    {
        Model model = Done(_editor.Add(new Identity(), "y", _x));
        RemoveIdentity.Apply(model).ShouldBeSameAs(model);
    }

    [Fact]
    public void RemoveIdentity_ForTraining_KeepsDropout()
    {
        Model model = Done(_editor.Add(new Unary(UnaryFunctions.Relu), "y", _editor.Add(new Dropout(), "drop", _editor.Add(new Identity(), "id", _x))));
        RemoveIdentity.ApplyForTraining(model).Nodes.Select(n => n.Operator.Name).ShouldBe(["Dropout", "Relu"]);
    }

    [Fact]
    public void RemoveIdentity_NodesThatDoNothing_AreTakenOut()
    {
        string same = _editor.Add(new Reshape(), "same", _x, _editor.SetConstant("s", Tensor.Vector<long>(2, 3)));
        string cast = _editor.Add(new Cast(DType.F32), "cast", same);
        string pad = _editor.Add(new Pad(), "pad", cast, _editor.SetConstant("p", Tensor.Vector<long>(0, 0, 0, 0)));
        string back = _editor.Add(new Slice(), "back", pad, Longs("a", 1), Longs("e", -3), Longs("axis", 0), Longs("step", -1));
        Model model = RemoveIdentity.Apply(Done(_editor.Add(new Unary(UnaryFunctions.Relu), "y", back)));
        model.Nodes.Select(n => n.Operator.Name).ShouldBe(["Slice", "Relu"], "a slice backwards has the same shape but another order");
    }

    [Fact]
    public void SimplifyShapes_OpenBatch_BecomesAConstantShape()
    {
        string open = _editor.AddInput("open", new TensorType(DType.F32, new Shape([Dim.Named("N"), 4, 2, 2])));
        string batch = _editor.Add(new Slice(), "batch", _editor.Add(new ShapeOf(), "shape", open), Longs("a", 0), Longs("b", 1));
        string wish = _editor.Add(new Concat(0), "wish", batch, Longs("rest", -1));
        Model model = Done(_editor.Add(new Reshape(), "y", open, wish)), simple = DeadCode.Apply(SimplifyShapes.Apply(model));
        simple.Nodes.Single().Operator.ShouldBeOfType<Reshape>();
        simple.Constants.Values.Single().ToInt64s().ShouldBe([0, -1]);
        simple.Types["y"].ShouldBe(model.Types["y"]);
    }

    private static WeightEncoding Compressed(params int[] dims)
    {
        Shape shape = Shape.Of(dims);
        return new Scaled(Scaled.WholeWeight, new Dense(Shape.Of(1), new[] { 2f }), new Dense(shape, Random((int)shape.Elements)));
    }

    private static float[] Random(int count)
    {
        var rng = new Rng(5, (ulong)count);
        return [.. Enumerable.Range(0, count).Select(_ => rng.NextSingle() + 0.1f)];
    }

    private static void Same(Model before, Model after)
    {
        Dictionary<string, Tensor> inputs = before.Inputs.ToDictionary(i => i.Name, i => Tensor.Of<float>(i.Type.Shape, Random((int)i.Type.Shape.Elements)));
        float[] expected = ScalarRun.Run(before, inputs)[0].Floats.ToArray(), found = ScalarRun.Run(after, inputs)[0].Floats.ToArray();
        found.Length.ShouldBe(expected.Length);
        for (int i = 0; i < found.Length; i++) found[i].ShouldBe(expected[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])));
    }

    private string One(string name) => _editor.SetConstant(name, Tensor.Scalar(1f));

    private string Longs(string name, params long[] values) => _editor.SetConstant(name, Tensor.Vector<long>(values));

    private string Norm(string x, int channels)
    {
        string[] parts = [.. new[] { "scale", "offset", "mean", "variance" }.Select((p, i) => _editor.SetWeight(p, new Dense(Shape.Of(channels), Random(channels + 10 * i).AsSpan(0, channels).ToArray())))];
        return _editor.Add(new BatchNormalization(), "norm", [x, .. parts]);
    }

    private Model Done(string output)
    {
        _editor.AddOutput(output);
        return _editor.Build();
    }
}
