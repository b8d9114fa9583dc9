using Pare.Operators;

namespace Pare.Tests.Operators;

/// <summary>Resizing by scales, whose output shape follows from floats, and the forms that older opsets give it.</summary>
public class ResizeTests
{
    private static readonly Resize Old = new() { Coordinates = ResizeCoordinates.Asymmetric, Rounding = NearestRounding.Floor };

    [Theory]
    [InlineData(7, "Upsample", 1)]
    [InlineData(8, "Upsample", 1)]
    [InlineData(9, "Upsample", 2)]
    [InlineData(10, "Resize", 2)]
    [InlineData(13, "Resize", 3)]
    [InlineData(19, "Resize", 3)]
    public void Write_ScalesOnly_HasTheFormOfTheOpsetAndReadsBack(int opset, string type, int inputs)
    {
        Tensor x = new(DType.F32, Shape.Of(1, 1, 2, 2)), scales = Tensor.Vector(1f, 1, 2, 3);
        foreach (Resize resize in new[] { Old, Old with { Mode = Interpolation.Linear, Rounding = NearestRounding.RoundPreferFloor } })
        {
            var file = new MemoryNode(new Node("node", resize, ["x", "", "scales"], ["y"]), [x, null, scales], opset);
            file.Write().Type.ShouldBe(type);
            (Array.FindLastIndex(file.Inputs, i => i is not null) + 1).ShouldBe(inputs);
            file.Read(OperatorCatalog.Default).ShouldBe(resize);
            file.Inputs[1].ShouldBeNull();
            file.Inputs[2]!.Floats.ToArray().ShouldBe([1, 1, 2, 3]);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Write_NoRegion_IsRefusedWhereItIsNeeded(int opset)
    {
        var file = new MemoryNode(new Node("node", Old, ["x", "", "scales"], ["y"]), [new Tensor(DType.F32, Shape.Of(2)), null, Tensor.Vector(2f)], opset);
        Should.Throw<UnsupportedException>(file.Write).Message.ShouldContain("without the inputs roi or scales exists since opset 13");
    }

    [Fact]
    public void Write_ShrinkingUpsample_IsRefused()
    {
        var file = new MemoryNode(new Node("node", Old with { Rounding = NearestRounding.Ceil }, ["x", "", "scales"], ["y"]), [new Tensor(DType.F32, Shape.Of(2)), null, Tensor.Vector(0.5f)], 9);
        Should.Throw<UnsupportedException>(file.Write).Message.ShouldContain("opset 10");
    }

    [Fact]
    public void Infer_Scales_FloorInSinglePrecisionAndKeepNames()
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 3, 10, Dim.Named("W")])));
        editor.SetConstant("scales", Tensor.Vector(1f, 1, 0.7f, 2));
        editor.Add(new Node("r", new Resize(), ["x", "", "scales"], ["y"]));
        editor.AddOutput("y");
        editor.Build().Types["y"].Shape.ToString().ShouldBe("[N, 3, 7, 2*W]");
    }

    [Fact]
    public void Infer_ScalesAndSizes_SaysThatOneIsNeeded()
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1, 1, 2, 2)));
        editor.Add(new Node("r", new Resize(), ["x"], ["y"]));
        editor.AddOutput("y");
        Should.Throw<ModelException>(editor.Build).Message.ShouldContain("one of the inputs scales and sizes is needed, none is given");
    }

    [Theory]
    [InlineData(ResizeCoordinates.Asymmetric, new double[] { 1, 1.5, 2, 2 })]
    [InlineData(ResizeCoordinates.HalfPixel, new double[] { 1, 1.25, 1.75, 2 })]
    [InlineData(ResizeCoordinates.AlignCorners, new double[] { 1, 4.0 / 3, 5.0 / 3, 2 })]
    public void Evaluate_LinearTwice_FollowsTheCoordinates(ResizeCoordinates coordinates, double[] expected)
    {
        var y = new Tensor(DType.F64, Shape.Of(4));
        new Resize { Mode = Interpolation.Linear, Coordinates = coordinates }.Evaluate([Tensor.Vector(1.0, 2), null, Tensor.Vector(2f)], [y]);
        for (int i = 0; i < 4; i++) y.As<double>()[i].ShouldBe(expected[i], 1e-12);
    }

    [Fact]
    public void Evaluate_Integers_AreMovedOrRounded()
    {
        Tensor y = new(DType.U8, Shape.Of(4)), x = Tensor.Vector<byte>(10, 255);
        new Resize().Evaluate([x, null, Tensor.Vector(2f)], [y]);
        y.As<byte>().ToArray().ShouldBe([10, 10, 255, 255]);
        new Resize { Mode = Interpolation.Linear }.Evaluate([x, null, Tensor.Vector(2f)], [y]);
        y.As<byte>().ToArray().ShouldBe([10, 71, 194, 255]);
    }
}
