using Pare.Compression.Methods;
using Pare.Compression.Rewriting;
using Pare.Compression.Tests.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods.Rewrites;

public class SeparableTests
{
    private static readonly Separable Method = new();

    private static readonly SeparableSettings Any = new() { LeastChannels = 1 };

    // Each slice [outputs, taps] of an input channel becomes of that rank.
    private static Func<float[], float[]> OfRank(int rank, int outputs, int inputs, int taps) => values =>
    {
        var rng = new Rng(8);
        Array.Clear(values);
        for (int r = 0; r < rank; r++)
        {
            float[] mix = FakeNetworks.Normal(rng, outputs * inputs), kernel = FakeNetworks.Normal(rng, inputs * taps);
            for (int o = 0; o < outputs; o++)
                for (int i = 0; i < inputs; i++)
                    for (int t = 0; t < taps; t++) values[(o * inputs + i) * taps + t] += mix[o * inputs + i] * kernel[i * taps + t];
        }
        return values;
    };

    public static TheoryData<int, int, int, int, int> Windows => new() { { 3, 3, 1, 1, 1 }, { 5, 3, 2, 2, 1 }, { 3, 4, 1, 0, 2 }, { 1, 7, 3, 3, 1 } };

    [Theory, MemberData(nameof(Windows))]
    public void Apply_RankOne_IsCarriedExactly(int height, int width, int stride, int pad, int dilation)
    {
        Window window = Window.Square(1, stride, pad, dilation) with { Kernel = [] };
        Model model = RewriteNets.Single(5, 12, [height, width], window, change: OfRank(1, 12, 5, height * width)), split = model.Rewrite(Method, Any);
        split.Types().ShouldBe(["Conv", "Conv"]);
        split.Fixed("conv.depthwise.weight").ShouldBe([5, 1, height, width]);
        split.Fixed("conv.pointwise.weight").ShouldBe([12, 5, 1, 1]);
        split.Run().ShouldEqual(model.Run());
    }

    [Fact]
    public void Apply_RankTwoWithMultiplierTwo_IsCarriedExactly()
    {
        Model model = RewriteNets.Single(4, 12, [3, 3], Window.Square(3, 1, 1), bias: false, change: OfRank(2, 12, 4, 9));
        model.Rewrite(Method, Any with { Multiplier = 2 }).Run().ShouldEqual(model.Run());
    }

    [Fact]
    public void Apply_MoreKernels_ComeCloser()
    {
        Model model = RewriteNets.Single(4, 64, [3, 3], Window.Square(3, 1, 1));
        float[] wish = model.Run();
        double[] distances = [.. new[] { 1, 2, 4, 7 }.Select(m => RewriteNets.Distance(model.Rewrite(Method, Any with { Multiplier = m }).Run(), wish))];
        distances.ShouldBe(distances.OrderDescending());
        distances[^1].ShouldBeLessThan(0.5 * distances[0]);
    }

    [Fact]
    public void Apply_MobileNetForm_HasBatchNormAndRectifierBetween()
    {
        Model split = RewriteNets.Of("resnet-8").Rewrite(Method, new SeparableSettings { Between = Between.BatchNormRelu }, "layer1.conv1");
        int at = split.Nodes.ToList().FindIndex(n => n.Name == "layer1.conv1.depthwise");
        split.Nodes.Skip(at).Take(6).Select(n => n.Operator.Name).ShouldBe(["Conv", "BatchNormalization", "Relu", "Conv", "BatchNormalization", "Relu"]);
        split.Fixed("layer1.conv1.depthwise.bn.running_var").ShouldBe([16]);
    }

    [Fact]
    public void Sites_FirstLayerAndPointwise_StayAsTheyAre() =>
        Method.Sites(RewriteNets.Of("large-kernels"), new SeparableSettings()).SelectMany(s => s.Layers).ShouldBe(["wide.weight", "even.weight"]);
}
