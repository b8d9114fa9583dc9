using Pare.Compression.Methods;
using Pare.Compression.Tests.Rewriting;
using Pare.Compression.Zoo;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods.Rewrites;

public class GroupShuffleTests
{
    private static readonly GroupShuffle Method = new();

    private static GroupShuffleSettings Settings(int groups, Shuffling shuffle) => new() { Groups = groups, Shuffle = shuffle, LeastChannels = 1 };

    // [outputs, inputs, taps]: zeros where input and output are not of one group
    private static Func<float[], float[]> Blocks(int outputs, int inputs, int taps, Func<int, int> groupOfOutput, int groups) => values =>
    {
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                if (i / (inputs / groups) != groupOfOutput(o)) values.AsSpan((o * inputs + i) * taps, taps).Clear();
        return values;
    };

    [Theory, InlineData(1, 2), InlineData(3, 4), InlineData(2, 3)]
    public void Apply_BlockDiagonal_IsCarriedExactly(int kernel, int groups)
    {
        Model model = RewriteNets.Single(12, 24, [kernel, kernel], Window.Square(kernel, 2, kernel / 2), change: Blocks(24, 12, kernel * kernel, o => o / (24 / groups), groups));
        Model grouped = model.Rewrite(Method, Settings(groups, Shuffling.Never));
        grouped.Types().ShouldBe(["Conv"]);
        grouped.Fixed("conv.grouped.weight").ShouldBe([24, 12 / groups, kernel, kernel]);
        grouped.Run().ShouldEqual(model.Run());
    }

    [Theory, InlineData(1, 2), InlineData(3, 4), InlineData(2, 3)]
    public void Apply_Shuffled_KeepsTheOrderOfChannels(int kernel, int groups)
    {
        Model model = RewriteNets.Single(12, 24, [kernel, kernel], Window.Square(kernel, 1, 1), change: Blocks(24, 12, kernel * kernel, o => o % groups, groups));
        Model grouped = model.Rewrite(Method, Settings(groups, Shuffling.Always));
        grouped.Types().ShouldBe(["Conv", "Reshape", "Transpose", "Reshape"]);
        grouped.Run().ShouldEqual(model.Run());
    }

    [Fact]
    public void Apply_TwoInARow_ShufflesBetweenAlone()
    {
        Model model = new NetworkBuilder("two", 1, 8, 6, 6)
            .Conv("a", 16, 1, bias: false).BatchNorm("bn").Relu("relu").Conv("b", 16, 3, pad: 1).GlobalAveragePool("pool").Linear("fc", 3).Build();
        Model grouped = model.Rewrite(Method, Settings(4, Shuffling.Between));
        grouped.Types().ShouldBe(["Conv", "Reshape", "Transpose", "Reshape", "BatchNormalization", "Relu", "Conv", "GlobalAveragePool", "Flatten", "Gemm"]);
        model.Rewrite(Method, Settings(4, Shuffling.Between), "a").Types().ShouldNotContain("Transpose");
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Apply_OpenLengths_AreShuffledWhateverTheyAre(int open)
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("image", new TensorType(DType.F32, new Shape([Dim.Named("N"), 4, Dim.Named("H"), open == 1 ? 5 : Dim.Named("W")])));
        float[] values = Blocks(4, 4, 1, o => o % 2, 2)(FakeNetworks.Normal(new Rng(1), 16));
        editor.SetWeight("conv.weight", new Dense(Shape.Of(4, 4, 1, 1), values));
        editor.AddOutput(editor.Add(new Conv(), "conv", x, "conv.weight"));
        Model model = editor.Build(), grouped = model.Rewrite(Method, Settings(2, Shuffling.Always));
        var lengths = new Dictionary<string, long> { ["N"] = 2, ["H"] = 6, ["W"] = 5 };
        grouped.Run(bindings: lengths).ShouldEqual(model.Run(bindings: lengths));
    }

    [Fact]
    public void Sites_ChannelsThatGroupsDoNotDivide_StayAsTheyAre() =>
        Method.Sites(RewriteNets.Of("lenet-5"), new GroupShuffleSettings()).ShouldBeEmpty();
}
