using Pare.Compression.Methods;
using Pare.Compression.Rewriting;
using Pare.Compression.Tests.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods.Rewrites;

/// <summary>Convolutions of every geometry, drawn at random.</summary>
public class GeometryTests
{
    private static readonly (GraphRewrite Method, MethodSettings Settings)[] Rewrites =
    [
        (new ShrinkKernel(), new ShrinkKernelSettings()),
        (new ShrinkKernel(), new ShrinkKernelSettings { To = 1 }),
        (new ShrinkKernel(), new ShrinkKernelSettings { To = 2, Stack = true }),
        (new Separable(), new SeparableSettings { LeastChannels = 1 }),
        (new Fire(), new FireSettings { LeastChannels = 1, Squeeze = 0.25 }),
        (new GroupShuffle(), new GroupShuffleSettings { LeastChannels = 1, Groups = 2, Shuffle = Shuffling.Always }),
    ];

    public static TheoryData<int> Rewritten => [.. Enumerable.Range(0, Rewrites.Length)];

    [Theory, MemberData(nameof(Rewritten))]
    public void Apply_AnyGeometry_KeepsTheOutputsTypeAndRuns(int rewrite)
    {
        (GraphRewrite method, MethodSettings settings) = Rewrites[rewrite];
        var rng = new Rng(11, (ulong)rewrite);
        int fitted = 0;
        for (int trial = 0; trial < 60; trial++)
        {
            Model model = Draw(rng);
            if (method.Sites(model, settings).IsEmpty) continue;
            fitted++;
            Model rewritten = model.Rewrite(method, settings);
            rewritten.Types[rewritten.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]], $"{model.Nodes[0].Operator}");
            rewritten.Run().ShouldAllBe(v => float.IsFinite(v));
        }
        fitted.ShouldBeGreaterThan(10);
    }

    private static Model Draw(Rng rng)
    {
        int axes = 1 + rng.NextInt32(2), groups = rng.NextInt32(4) == 0 ? 2 : 1;
        int[] kernel = Numbers(1, 5), strides = Numbers(1, 3), dilations = Numbers(1, 2);
        var window = new Window(
            new ValueList<int>(kernel), new ValueList<int>(strides), new ValueList<int>(dilations),
            rng.NextInt32(3) > 0 ? new ValueList<int>([.. Numbers(0, 4), .. Numbers(0, 4)]) : []);
        if (window.Pads.IsEmpty) window = window with { AutoPad = (AutoPad)rng.NextInt32(4) };
        return RewriteNets.Single(4 * (1 + rng.NextInt32(2)), 4 * (1 + rng.NextInt32(4)), kernel, window, groups, bias: rng.NextInt32(2) == 0);

        int[] Numbers(int least, int most) => [.. Enumerable.Range(0, axes).Select(_ => least + rng.NextInt32(most - least + 1))];
    }
}
