using Pare.Compression.Zoo;
using Pare.Operators;

namespace Pare.Compression.Tests.Rewriting;

/// <summary>Small networks, one for each way in which channels are tied to each other.</summary>
internal static class ChannelNetworks
{
    public static IReadOnlyDictionary<string, Func<Model>> All { get; } = new Dictionary<string, Func<Model>>(StringComparer.Ordinal)
    {
        ["flatten"] = () => new NetworkBuilder("flatten", 1, 3, 8, 8)
            .Conv("conv1", 8, 3, pad: 1).Relu("relu1").MaxPool("pool1", 2, 2).Conv("conv2", 12, 3).Flatten("flat").Linear("fc1", 20).Relu("relu2").Linear("fc2", 5).Build(),
        ["residual"] = () => Training.TestNets.Residual(),
        ["depthwise"] = () => new NetworkBuilder("depthwise", 2, 3, 8, 8)
            .Conv("stem", 8, 3, pad: 1, bias: false).BatchNorm("bn1").Relu("relu1")
            .Conv("depth", 8, 3, pad: 1, groups: 8, bias: false).BatchNorm("bn2").Relu("relu2")
            .Conv("point", 12, 1).Relu("relu3").GlobalAveragePool("pool").Linear("fc", 4).Build(),
        ["grouped"] = () => new NetworkBuilder("grouped", 3, 3, 8, 8)
            .Conv("stem", 12, 3).Relu("relu1").Conv("group", 8, 3, groups: 2).Relu("relu2").GlobalAveragePool("pool").Linear("fc", 4).Build(),
        ["shuffle"] = Shuffle,
        ["fire"] = Fire,
        ["split"] = Split,
        ["attention"] = SqueezeAndExcite,
        ["tokens"] = Tokens,
        ["two parts"] = MovedChannelNetworks.TwoParts,
        ["transposed"] = () => MovedChannelNetworks.Transposed(),
        ["transposed in groups"] = () => MovedChannelNetworks.Transposed(groups: 2),
        ["transposed depthwise"] = () => MovedChannelNetworks.Transposed(groups: 8),
        ["resized"] = MovedChannelNetworks.Resized,
        ["depth to space"] = () => MovedChannelNetworks.Blocks(channelFirst: false),
        ["pixel shuffle"] = () => MovedChannelNetworks.Blocks(channelFirst: true),
        ["gathered"] = MovedChannelNetworks.Gathered,
        ["expanded"] = MovedChannelNetworks.Expanded,
        ["norm pools"] = MovedChannelNetworks.NormPools,
        ["class token"] = MovedChannelNetworks.ClassToken,
        ["identity"] = MovedChannelNetworks.SharedThroughIdentity,
    };

    /// <summary>Networks that normalize over channels: what is cut counts in means no more.</summary>
    public static IReadOnlyDictionary<string, Func<Model>> Normalized { get; } = new Dictionary<string, Func<Model>>(StringComparer.Ordinal)
    {
        ["layer norm"] = () => NormalizedNetworks.Tokens(new LayerNormalization(), bias: true),
        ["rms norm"] = () => NormalizedNetworks.Tokens(new RmsNormalization(), bias: false),
        ["layer norm spelled out"] = NormalizedNetworks.SpelledOut,
        ["group norm"] = () => NormalizedNetworks.Picture(e => new GroupNormalization { Groups = 4 }),
        ["group norm by instance norm"] = NormalizedNetworks.ByInstanceNorm,
        ["mean variance norm"] = () => NormalizedNetworks.Picture(null),
    };

    internal static TensorType Picture(int channels) => new(DType.F32, new Shape([Dim.Named("N"), channels, 4, 4]));

    internal static string Weight(ModelEditor e, string name, params int[] shape) =>
        e.SetWeight(name, new Dense(Shape.Of(shape), FakeNetworks.Normal(new Rng(7, (ulong)name.GetHashCode(StringComparison.Ordinal) % 1000), (int)Shape.Of(shape).Elements)));

    internal static string Conv(ModelEditor e, string name, string x, int outputs, int inputs, int kernel = 1, int groups = 1) => e.Add(
        new Conv { Window = Window.Square(kernel, 1, kernel / 2), Groups = groups }, name, x, Weight(e, $"{name}.weight", outputs, inputs / groups, kernel, kernel), Weight(e, $"{name}.bias", outputs));

    internal static string Constant(ModelEditor e, string name, params long[] values) => e.SetConstant(name, Tensor.Vector<long>(values));

    internal static Model Finish(ModelEditor e, string x, int channels)
    {
        x = e.Add(new GlobalAveragePool(), "pool", x);
        x = e.Add(new Flatten(), "flat", x);
        e.AddOutput(e.Add(new Gemm { TransB = true }, "fc", x, Weight(e, "fc.weight", 4, channels), Weight(e, "fc.bias", 4)));
        return e.Build();
    }

    private static Model Shuffle()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 16, 3);
        x = e.Add(new Reshape(), "apart", x, Constant(e, "apart.shape", -1, 2, 8, 4, 4));
        x = e.Add(new Transpose { Order = [0, 2, 1, 3, 4] }, "turn", x);
        x = e.Add(new Reshape(), "together", x, Constant(e, "together.shape", -1, 16, 4, 4));
        return Finish(e, Conv(e, "conv2", x, 8, 16, 3), 8);
    }

    private static Model Fire()
    {
        var e = new ModelEditor();
        string squeeze = Conv(e, "squeeze", e.AddInput("x", Picture(3)), 4, 3);
        string both = e.Add(new Concat(1), "concat", Conv(e, "one", squeeze, 6, 4), Conv(e, "three", squeeze, 10, 4, 3));
        return Finish(e, Conv(e, "last", both, 8, 16), 8);
    }

    private static Model Split()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 12, 3);
        e.Add(new Node("split", new Split { Axis = 1 }, [x, Constant(e, "lengths", 4, 8)], ["left", "right"]));
        string part = e.Add(new Slice(), "slice", "right", Constant(e, "from", 2), Constant(e, "to", 7), Constant(e, "axis", 1));
        return Finish(e, e.Add(new Concat(1), "concat", Conv(e, "conv2", "left", 4, 4), part), 9);
    }

    private static Model SqueezeAndExcite()
    {
        var e = new ModelEditor();
        string x = Conv(e, "conv1", e.AddInput("x", Picture(3)), 8, 3);
        string gate = Conv(e, "expand", e.Add(new Unary(UnaryFunctions.Relu), "relu", Conv(e, "reduce", e.Add(new GlobalAveragePool(), "mean", x), 4, 8)), 8, 4);
        x = e.Add(new Binary(BinaryFunctions.Mul), "scale", x, e.Add(new Unary(UnaryFunctions.Sigmoid), "sigmoid", gate));
        x = e.Add(new Binary(BinaryFunctions.Add), "shift", x, Weight(e, "offsets", 8, 1, 1));
        return Finish(e, x, 8);
    }

    private static Model Tokens()
    {
        var e = new ModelEditor();
        string x = e.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 5, 6])));
        x = e.Add(new MatMul(), "up", x, Weight(e, "up.weight", 6, 10));
        x = e.Add(new Binary(BinaryFunctions.Add), "bias", x, Weight(e, "up.bias", 10));
        x = e.Add(new MatMul(), "down", e.Add(new Unary(UnaryFunctions.Relu), "relu", x), Weight(e, "down.weight", 10, 3));
        e.AddOutput(x);
        return e.Build();
    }
}
