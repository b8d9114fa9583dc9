using Pare.Operators;
using static Pare.Compression.Tests.Rewriting.ChannelNetworks;

namespace Pare.Compression.Tests.Rewriting;

/// <summary>Networks that normalize over the channels that are cut.</summary>
internal static class NormalizedNetworks
{
    public static Model Tokens(Operator norm, bool bias)
    {
        var e = new ModelEditor();
        string x = Up(e);
        x = bias ? e.Add(norm, "norm", x, Weight(e, "scale", 10), Weight(e, "shift", 10)) : e.Add(norm, "norm", x, Weight(e, "scale", 10));
        return Down(e, x);
    }

    public static Model SpelledOut()
    {
        var e = new ModelEditor();
        string x = Up(e), axis = Constant(e, "axis", -1);
        string centred = e.Add(new Binary(BinaryFunctions.Sub), "centred", x, e.Add(new Reduction(ReductionFunction.Mean), "mean", x, axis));
        string variance = e.Add(new Reduction(ReductionFunction.Mean), "variance", e.Add(new Binary(BinaryFunctions.Mul), "square", centred, centred), axis);
        string deviation = e.Add(new Unary(UnaryFunctions.Sqrt), "deviation", e.Add(new Binary(BinaryFunctions.Add), "more", variance, e.SetConstant("epsilon", Tensor.Scalar(1e-5f))));
        x = e.Add(new Binary(BinaryFunctions.Div), "unit", centred, deviation);
        return Down(e, e.Add(new Binary(BinaryFunctions.Mul), "scaled", x, Weight(e, "scale", 10)));
    }

    public static Model Picture(Func<ModelEditor, Operator>? norm)
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", ChannelNetworks.Picture(3)), 16, 3);
        x = norm is null ? e.Add(new MeanVarianceNormalization { Axes = [1, 2, 3] }, "norm", x) : e.Add(norm(e), "norm", x, Weight(e, "scale", 16), Weight(e, "shift", 16));
        return Finish(e, Conv(e, "conv2", x, 8, 16), 8);
    }

    /// <summary>Group normalization as PyTorch exports it for opsets without.</summary>
    public static Model ByInstanceNorm()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", ChannelNetworks.Picture(3)), 16, 3);
        x = e.Add(new Reshape(), "groups", x, Constant(e, "rows", 0, 4, -1));
        x = e.Add(new InstanceNormalization(), "norm", x, Weight(e, "ones", 4), Weight(e, "zeros", 4));
        x = e.Add(new Reshape(), "back", x, Constant(e, "picture", -1, 16, 4, 4));
        x = e.Add(new Binary(BinaryFunctions.Mul), "scaled", x, Weight(e, "scale", 16, 1, 1));
        return Finish(e, Conv(e, "conv2", x, 8, 16), 8);
    }

    private static string Up(ModelEditor e) => e.Add(
        new MatMul(), "up", e.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 5, 6]))), Weight(e, "up.weight", 6, 10));

    private static Model Down(ModelEditor e, string x)
    {
        e.AddOutput(e.Add(new MatMul(), "down", x, Weight(e, "down.weight", 10, 3)));
        return e.Build();
    }
}
