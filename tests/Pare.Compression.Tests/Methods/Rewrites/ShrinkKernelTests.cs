using Pare.Compression.Methods;
using Pare.Compression.Rewriting;
using Pare.Compression.Tests.Rewriting;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods.Rewrites;

public class ShrinkKernelTests
{
    private static readonly ShrinkKernel Method = new();

    public static TheoryData<string, int> Windows => new()
    {
        { "valid", 1 }, { "same", 1 }, { "lower", 1 }, { "pads", 1 }, { "strided", 1 }, { "dilated", 1 }, { "pads", 2 }, { "strided", 4 },
    };

    private static Window WindowOf(string name) => name switch
    {
        "valid" => new Window(),
        "same" => new Window(Strides: [2, 1], AutoPad: AutoPad.SameUpper),
        "lower" => new Window(AutoPad: AutoPad.SameLower),
        "pads" => new Window(Kernel: [5, 5], Pads: [2, 0, 1, 3]),
        "strided" => new Window(Strides: [2, 3], Pads: [1, 2, 2, 0]),
        _ => new Window(Dilations: [2, 1], Pads: [4, 2, 1, 2]),
    };

    // Zeros but for the middle 3 x 3 of each 5 x 5 kernel.
    private static float[] MiddleOnly(float[] values)
    {
        for (int i = 0; i < values.Length; i++)
            if (i % 25 / 5 is 0 or 4 || i % 5 is 0 or 4) values[i] = 0;
        return values;
    }

    [Theory, MemberData(nameof(Windows))]
    public void Apply_ZeroBorder_IsCarriedExactly(string window, int groups)
    {
        Model model = RewriteNets.Single(4, 8, [5, 5], WindowOf(window), groups, change: MiddleOnly), small = model.Rewrite(Method, new ShrinkKernelSettings());
        small.Fixed("conv.shrunk.weight").ShouldBe([8, 4 / groups, 3, 3]);
        small.Types[small.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
        small.Run().ShouldEqual(model.Run());
    }

    [Theory, MemberData(nameof(Windows))]
    public void Apply_ChainOfZeroBorder_IsCarriedExactly(string window, int groups)
    {
        Model model = RewriteNets.Single(8, 8, [5, 5], WindowOf(window), groups, change: MiddleOnly);
        Model chain = model.Rewrite(Method, new ShrinkKernelSettings { Stack = true, Between = Between.None });
        chain.Types().ShouldBe(["Conv", "Conv"]);
        chain.Types[chain.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
        chain.Run().ShouldEqual(model.Run());
    }

    [Fact]
    public void Apply_ChainOfSeven_IsThreeOfThree()
    {
        Model model = RewriteNets.Single(8, 16, [7, 7], Window.Square(7, 2, 3)), chain = model.Rewrite(Method, new ShrinkKernelSettings { Stack = true });
        chain.Types().ShouldBe(["Conv", "Relu", "Conv", "Relu", "Conv"]);
        chain.Nodes.Where(n => n.Operator is Conv).Select(n => chain.Weights[n.Inputs[1]].Shape.ToString()).ShouldBe(["[8, 8, 3, 3]", "[8, 8, 3, 3]", "[16, 8, 3, 3]"]);
        chain.Types[chain.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
    }

    [Fact]
    public void Apply_EvenKernelChain_SeesAsFar()
    {
        Model model = RewriteNets.Single(8, 8, [4, 5], new Window()), chain = model.Rewrite(Method, new ShrinkKernelSettings { Stack = true });
        chain.Nodes.Where(n => n.Operator is Conv).Select(n => chain.Weights[n.Inputs[1]].Shape.ToString()).ShouldBe(["[8, 8, 3, 3]", "[8, 8, 2, 3]"]);
        chain.Types[chain.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
    }

    [Theory, InlineData(0.5), InlineData(0.9)]
    public void Fold_SmoothInputs_NoOtherSmallKernelIsCloser(double rho)
    {
        Model model = RewriteNets.Single(1, 1, [5, 4], new Window());
        ConvolutionLayer layer = ConvolutionLayer.All(model).Single();
        float[] large = model.Weights["conv.weight"].ToArray(), small = SpatialFold.Apply(large, layer, [3, 2], rho);
        double least = Error(large, small, rho);
        var rng = new Rng(2);
        for (int trial = 0; trial < 50; trial++)
            Error(large, [.. small.Select(v => v + 0.01f * (float)rng.NextNormal())], rho).ShouldBeGreaterThan(least);
    }

    // E (sum over a of d[a] x[a])^2 with E x[a] x[b] = rho^|a - b| along both axes, d = large - small
    private static double Error(float[] large, float[] small, double rho)
    {
        double[] d = [.. large.Select(v => (double)v)];
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 2; x++) d[(y + 1) * 4 + x + 1] -= small[y * 2 + x];
        double sum = 0;
        for (int a = 0; a < 20; a++)
            for (int b = 0; b < 20; b++) sum += d[a] * d[b] * Math.Pow(rho, Math.Abs(a / 4 - b / 4) + Math.Abs(a % 4 - b % 4));
        return sum;
    }

    [Fact]
    public void Apply_OneAxisAndThreeAxes_WorksToo()
    {
        foreach (int[] kernel in new int[][] { [7], [5, 4, 3] })
        {
            Model model = RewriteNets.Single(4, 8, kernel, new Window()), small = model.Rewrite(Method, new ShrinkKernelSettings { To = 2 });
            small.Types[small.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
            small.Run().Length.ShouldBe(model.Run().Length);
        }
    }

    [Fact]
    public void Apply_LayersOfTheirOwnSettings_AreEachRewrittenBySuch()
    {
        Model model = RewriteNets.Of("lenet-5");
        Recipe recipe = Recipe.Parse("steps: [{method: rewrite.shrink-kernel, to: {conv1: 4, default: 2}}]");
        Model small = Method.Apply(model, recipe.Steps[0].ChooseLayers(model), recipe.Steps[0].Settings, new CompressionContext(), CancellationToken.None);
        small.Fixed("conv1.shrunk.weight").ShouldBe([20, 1, 4, 4]);
        small.Fixed("conv2.shrunk.weight").ShouldBe([50, 20, 2, 2]);
    }

    [Fact]
    public void Apply_ChainOfKernelsOfOneTap_IsAFault() =>
        Should.Throw<RecipeException>(() => RewriteNets.Of("lenet-5").Rewrite(Method, new ShrinkKernelSettings { Stack = true, To = 1 })).Message.ShouldContain("'stack' needs 'to'");

    [Fact]
    public void Apply_WeightOfTwoReaders_StaysAsItIs()
    {
        var editor = new ModelEditor(RewriteNets.Single(4, 4, [5, 5], Window.Square(5, 1, 2)));
        editor.SetOutputs([editor.Add(new Conv { Window = Window.Square(5, 1, 2) }, "again", editor.Outputs[0], "conv.weight")]);
        Should.Throw<RecipeException>(() => editor.Build().Rewrite(Method, new ShrinkKernelSettings())).Message.ShouldContain("fits nowhere");
    }
}
