using Pare.Compression.Methods;
using Pare.Compression.Rewriting;
using Pare.Compression.Tests.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods.Rewrites;

public class FireTests
{
    private static readonly Fire Method = new();

    private static readonly FireSettings Linear = new() { Squeeze = 0.25, Activation = Between.None, LeastChannels = 1 };

    // [8, 6, 3, 3]: inputs are combinations of two; the first four outputs look at the middle alone.
    private static float[] TwoDirections(float[] values)
    {
        var rng = new Rng(3);
        float[] mix = FakeNetworks.Normal(rng, 12), kernels = FakeNetworks.Normal(rng, 8 * 2 * 9);
        for (int o = 0; o < 8; o++)
            for (int i = 0; i < 6; i++)
                for (int t = 0; t < 9; t++)
                    values[(o * 6 + i) * 9 + t] = o < 4 && t != 4 ? 0 : mix[i] * kernels[o * 18 + t] + mix[6 + i] * kernels[o * 18 + 9 + t];
        return values;
    }

    public static TheoryData<int, int, int> Windows => new() { { 1, 1, 1 }, { 2, 1, 1 }, { 1, 0, 1 }, { 3, 2, 2 } };

    [Theory, MemberData(nameof(Windows))]
    public void Apply_FewDirections_AreCarriedExactly(int stride, int pad, int dilation)
    {
        Model model = RewriteNets.Single(6, 8, [3, 3], Window.Square(3, stride, pad, dilation), change: TwoDirections), fire = model.Rewrite(Method, Linear);
        fire.Fixed("conv.squeeze.weight").ShouldBe([2, 6, 1, 1]);
        fire.Fixed("conv.expand1x1.weight").ShouldBe([4, 2, 1, 1]);
        fire.Fixed("conv.expand3x3.weight").ShouldBe([4, 2, 3, 3]);
        fire.Types[fire.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
        fire.Run().ShouldEqual(model.Run());
    }

    [Fact]
    public void Apply_Defaults_AreTheModuleOfSqueezeNet()
    {
        Model fire = RewriteNets.Of("vgg-16-cifar").Rewrite(Method, new FireSettings(), "conv13");
        int at = fire.Nodes.ToList().FindIndex(n => n.Name == "conv13.squeeze");
        fire.Nodes.Skip(at).Take(7).Select(n => n.Operator.Name).ShouldBe(["Conv", "Relu", "Conv", "Conv", "Concat", "BatchNormalization", "Relu"]);
        fire.Channels("conv13.squeeze.weight").ShouldBe(8);
        fire.Channels("conv13.expand1x1.weight").ShouldBe(32);
        fire.Channels("conv13.expand3x3.bias").ShouldBe(32);
    }

    [Theory, InlineData(0.0, "Conv,Conv"), InlineData(1.0, "Conv,Conv"), InlineData(0.5, "Conv,Conv,Conv,Concat")]
    public void Apply_OneHalfAlone_NeedsNoConcat(double share, string types)
    {
        Model fire = RewriteNets.Single(6, 8, [3, 3], Window.Square(3, 1, 1)).Rewrite(Method, Linear with { Expand3x3 = share });
        string.Join(',', fire.Types()).ShouldBe(types);
    }

    [Fact]
    public void Apply_MoreDirections_ComeCloser()
    {
        Model model = RewriteNets.Single(8, 16, [3, 3], Window.Square(3, 1, 1));
        float[] wish = model.Run();
        double[] distances = [.. new[] { 0.0625, 0.25, 0.4, 0.5 }.Select(s => RewriteNets.Distance(model.Rewrite(Method, Linear with { Squeeze = s, Expand3x3 = 0.9, Correlation = 0 }).Run(), wish))];
        distances.ShouldBe(distances.OrderDescending());
    }
}
