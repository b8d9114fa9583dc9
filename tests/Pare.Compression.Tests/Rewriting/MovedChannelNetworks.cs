using Pare.Operators;
using static Pare.Compression.Tests.Rewriting.ChannelNetworks;

namespace Pare.Compression.Tests.Rewriting;

/// <summary>Networks whose channels go through operators that move, repeat or interpolate.</summary>
internal static class MovedChannelNetworks
{
    public static Model Transposed(int groups = 1)
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 8, 3);
        int outputs = groups == 8 ? 2 : 6 / groups;
        x = e.Add(new ConvTranspose { Groups = groups, Window = new Window([2, 2], [2, 2], [], []) }, "up", x, Weight(e, "up.weight", 8, outputs, 2, 2), Weight(e, "up.bias", outputs * groups));
        return Finish(e, Conv(e, "conv2", x, 8, outputs * groups, 3), 8);
    }

    /// <summary>Two layers read a half each, of which the second is much weaker.</summary>
    public static Model TwoParts()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 16, 3);
        float[] weight = e.Weights["conv1.weight"].ToArray();
        for (int i = weight.Length / 2; i < weight.Length; i++) weight[i] *= 0.01f;
        e.SetWeight("conv1.weight", new Dense(Shape.Of(16, 3, 1, 1), weight));
        e.Add(new Node("split", new Split { Axis = 1, Parts = 2 }, [x], ["a", "b"]));
        return Finish(e, e.Add(new Concat(1), "concat", Conv(e, "left", "a", 4, 8), Conv(e, "right", "b", 4, 8)), 8);
    }

    public static Model Resized()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 8, 3);
        x = e.Add(new Resize { Mode = Interpolation.Linear }, "sized", x, "", "", Constant(e, "sizes", 1, 8, 7, 9));
        x = e.Add(new Resize(), "scaled", x, "", e.SetConstant("scales", Tensor.Vector(1f, 1f, 2f, 2f)));
        return Finish(e, Conv(e, "conv2", x, 6, 8), 6);
    }

    public static Model Blocks(bool channelFirst)
    {
        var e = new ModelEditor();
        string x = e.Add(new DepthToSpace(2) { ChannelFirst = channelFirst }, "spread", Conv(e, "conv1", e.AddInput("x", Picture(3)), 24, 3));
        x = e.Add(new SpaceToDepth(2), "gather", Conv(e, "conv2", x, 6, 6, 3));
        return Finish(e, Conv(e, "conv3", x, 6, 24), 6);
    }

    public static Model Gathered()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 8, 3);
        x = e.Add(new Gather { Axis = 1 }, "order", x, Constant(e, "places", 7, 0, 1, 4, -3, 2));
        x = e.Add(new Gather { Axis = 2 }, "row", Conv(e, "conv2", x, 6, 6), e.SetConstant("one", Tensor.Scalar(1L)));
        x = e.Add(new Unsqueeze(), "picture", x, Constant(e, "axis", 2));
        return Finish(e, x, 6);
    }

    public static Model Expanded()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 8, 3);
        string gate = e.Add(new Expand(), "wide", Conv(e, "gate", e.Add(new GlobalAveragePool(), "mean", x), 8, 8), Constant(e, "shape", 1, 8, 4, 4));
        x = e.Add(new Binary(BinaryFunctions.Mul), "scale", x, gate);
        string norm = e.Add(new Reduction(ReductionFunction.L2), "norm", x, Constant(e, "channels", 1));
        x = e.Add(new Binary(BinaryFunctions.Mul), "by norm", x, e.Add(new Expand(), "over channels", norm, Constant(e, "as many", 1, 8, 1, 1)));
        return Finish(e, e.Add(new Tile(), "tile", x, Constant(e, "times", 1, 1, 2, 1)), 8);
    }

    public static Model NormPools()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 8, 3);
        x = e.Add(new LpPool { Window = Window.Square(2, 2, 0) }, "pool1", x);
        x = e.Add(new LpNormalization { Axis = 1 }, "unit", Conv(e, "conv2", x, 6, 8));
        return Finish(e, e.Add(new GlobalLpPool(), "pool2", x), 6);
    }

    /// <summary>As in vision transformers: a token of its own before the others, positions, and the first token read at the end.</summary>
    public static Model ClassToken()
    {
        var e = new ModelEditor();
        string x = e.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 5, 6])));
        x = e.Add(new MatMul(), "up", x, Weight(e, "up.weight", 6, 10));
        string token = e.Add(new Expand(), "token of each", Weight(e, "token", 1, 1, 10), Constant(e, "shape", 1, 1, 1));
        x = e.Add(new Binary(BinaryFunctions.Add), "places", e.Add(new Concat(1), "concat", token, x), Weight(e, "positions", 1, 6, 10));
        x = e.Add(new Gather { Axis = 1 }, "first", x, e.SetConstant("zero", Tensor.Scalar(0L)));
        e.AddOutput(e.Add(new Gemm { TransB = true }, "fc", x, Weight(e, "fc.weight", 4, 10), Weight(e, "fc.bias", 4)));
        return e.Build();
    }

    /// <summary>PyTorch writes parameters of equal values once, and the others as copies of it.</summary>
    public static Model SharedThroughIdentity()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 8, 3);
        string slope = Weight(e, "slope", 8, 1, 1);
        x = e.Add(new Binary(PReluFunctions.PRelu), "prelu1", x, slope);
        x = e.Add(new Binary(PReluFunctions.PRelu), "prelu2", Conv(e, "conv2", x, 8, 8), e.Add(new Identity(), "slope2", slope));
        return Finish(e, x, 8);
    }
}
