using System.Collections.Immutable;
using Pare.Compression.Methods;
using Pare.Compression.Zoo;
using Pare.Inspection;
using Pare.Passes.Channels;

namespace Pare.Compression.Tests.Rewriting;

public class CutChannelsTests
{
    public static TheoryData<string> Networks => [.. ChannelNetworks.All.Keys];

    public static TheoryData<string> Normalized => [.. ChannelNetworks.Normalized.Keys];

    /// <summary>Nothing holds the first layer's channels, and a network of half of them with the kept numbers of every weight comes out.</summary>
    [Theory, MemberData(nameof(Normalized))]
    public void Width_Half_OverANormalization_TakesItsNumbersToo(string network)
    {
        Model model = ChannelNetworks.Normalized[network]();
        ChannelAnalysis.Of(model).Barriers.ShouldBeEmpty();
        Model half = new UniformWidth().Apply(model, new UniformWidthSettings { Width = 0.5, Importance = ChannelImportance.First });
        foreach (string weight in (string[])["scale", "shift"])
        {
            if (!model.Weights.TryGetValue(weight, out WeightEncoding? before)) continue;
            float[] all = before.ToArray(), kept = half.Weights[weight].ToArray();
            kept.Length.ShouldBe(all.Length / 2);
            kept.ShouldBeSubsetOf(all);
        }
        string first = model.Weights.ContainsKey("conv1.weight") ? "conv1.weight" : "up.weight";
        half.Weights[first].Length.ShouldBe(model.Weights[first].Length / 2);
        Run(half).ShouldAllBe(v => float.IsFinite(v));
    }

    /// <summary>Half of what each branch behind a split reads goes, never all of it.</summary>
    [Fact]
    public void Width_Half_BehindASplit_LeavesEachPartItsShare()
    {
        Model model = ChannelNetworks.All["two parts"]();
        Model half = new UniformWidth().Apply(model, new UniformWidthSettings { Width = 0.5 });
        half.Weights["left.weight"].Shape.ShouldBe(Shape.Of(2, 4, 1, 1));
        half.Weights["right.weight"].Shape.ShouldBe(Shape.Of(2, 4, 1, 1));
    }

    /// <summary>Weights that are zero wherever they touch a class make it worth nothing; cutting it must then change nothing.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void Apply_ChannelsOfZeros_SameOutputs(string network)
    {
        Model model = ChannelNetworks.All[network]();
        ChannelAnalysis analysis = ChannelAnalysis.Of(model);
        ImmutableArray<int> classes = [.. analysis.Sources.SelectMany(s => s.Classes).Where(c => c != ChannelMap.Kept).Distinct()];
        classes.ShouldNotBeEmpty();
        HashSet<int> cut = [.. classes.Where((_, i) => i % 3 == 1)];
        Model zeroed = model.WithWeights(model.Weights.Select(w => KeyValuePair.Create(w.Key, Zeroed(analysis, w.Key, w.Value, cut))).ToList());
        Model smaller = CutChannels.Apply(zeroed, analysis, cut);
        Profile.Of(smaller).Parameters.ShouldBeLessThan(Profile.Of(model).Parameters);
        float[] before = Run(zeroed), after = Run(smaller);
        for (int i = 0; i < before.Length; i++) after[i].ShouldBe(before[i], 1e-5f);
    }

    [Theory, MemberData(nameof(Networks))]
    public void Width_Half_BuildsRunsAndIsWhatItsOutlineSays(string network)
    {
        Model model = ChannelNetworks.All[network]();
        var method = new UniformWidth();
        var settings = new UniformWidthSettings { Width = 0.5 };
        Model half = method.Apply(model, settings, new CompressionContext());
        Model outline = method.Outline(model, new Layers(LayerSelector.Select(model, []), settings), settings);
        outline.WeightsInOrder().Select(w => (w, outline.Weights[w].Shape)).ShouldBe(half.WeightsInOrder().Select(w => (w, half.Weights[w].Shape)));
        Profile.Of(half).Parameters.ShouldBeLessThan(Profile.Of(model).Parameters);
        Run(half).ShouldAllBe(v => float.IsFinite(v));
    }

    [Theory]
    [InlineData("lenet-300-100", 266_610, 125_810)] // 784-150-50-10
    [InlineData("resnet-20", 269_722, 68_050)] // 8, 16 and 32 channels
    public void Width_Half_OfAnArchitecture_IsThatArchitectureAtHalfWidth(string name, long before, long after)
    {
        Model model = ArchitectureCatalog.Default.Get(name).Build();
        Profile.Of(model).Parameters.ShouldBe(before);
        Profile.Of(new UniformWidth().Apply(model, new UniformWidthSettings { Width = 0.5 })).Parameters.ShouldBe(after);
    }

    public static TheoryData<string> Architectures => [.. ArchitectureCatalog.Default.Select(a => a.Name)];

    /// <summary>Half the channels everywhere leave about a quarter of the multiplications, whatever the wiring.</summary>
    [Theory, MemberData(nameof(Architectures))]
    public void Width_Half_OfEveryArchitecture_LeavesAboutAQuarter(string name)
    {
        Model model = ArchitectureCatalog.Default.Get(name).Outline();
        var settings = new UniformWidthSettings { Width = 0.5, Importance = ChannelImportance.First };
        Model half = new UniformWidth().Outline(model, new Layers(LayerSelector.Select(model, []), settings), settings);
        ((double)Profile.Of(half).Macs / Profile.Of(model).Macs).ShouldBeInRange(0.15, 0.6, name);
    }

    [Fact]
    public void Width_OneLayer_LeavesTheOthers()
    {
        Model model = ChannelNetworks.All["flatten"]();
        Model narrow = new UniformWidth().Apply(model, new UniformWidthSettings { Width = 0.25 }, null, "conv1");
        narrow.Weights["conv1.weight"].Shape.ShouldBe(Shape.Of(2, 3, 3, 3));
        narrow.Weights["conv2.weight"].Shape.ShouldBe(Shape.Of(12, 2, 3, 3));
        narrow.Weights["fc1.weight"].Shape.ShouldBe(model.Weights["fc1.weight"].Shape);
    }

    [Fact]
    public void Width_KeepsTheStrongestChannelsWithTheirWeights()
    {
        Model model = ChannelNetworks.All["flatten"]();
        float[] weight = model.Weights["fc1.weight"].ToArray();
        int columns = weight.Length / 20;
        var settings = new UniformWidthSettings { Width = 0.25 };
        int[] best = [.. Enumerable.Range(0, 20).OrderByDescending(o => weight.Skip(o * columns).Take(columns).Sum(Math.Abs)).Take(5).Order()];
        float[] kept = new UniformWidth().Apply(model, settings, null, "fc1").Weights["fc1.weight"].ToArray();
        kept.ShouldBe([.. best.SelectMany(o => weight.Skip(o * columns).Take(columns))]);
    }

    [Fact]
    public void Width_Multiple_IsKeptWhereLayersLetIt() =>
        new UniformWidth().Apply(ChannelNetworks.All["flatten"](), new UniformWidthSettings { Width = 0.6, Multiple = 4 })
            .Weights["conv2.weight"].Shape.ShouldBe(Shape.Of(8, 4, 3, 3));

    [Fact]
    public void Width_AllOfIt_FitsNowhere() =>
        Should.Throw<RecipeException>(() => new UniformWidth().Apply(ChannelNetworks.All["flatten"](), new UniformWidthSettings { Width = 1 })).Message.ShouldContain("rewrite.width fits nowhere");

    [Fact]
    public void Of_UnknownOperator_HoldsWhatItReadsAndSaysSo()
    {
        Model model = FakeNetworks.LeNet();
        ChannelAnalysis analysis = ChannelAnalysis.Of(model);
        analysis.Sources.ShouldBeEmpty();
        analysis.Barriers.Select(b => b.Node.Name).ShouldContain("conv1");
    }

    private static WeightEncoding Zeroed(ChannelAnalysis analysis, string name, WeightEncoding weight, HashSet<int> cut)
    {
        float[] values = weight.ToArray();
        foreach ((string tied, int axis, ImmutableArray<int> classes) in analysis.WeightAxes)
        {
            if (tied != name) continue;
            AxisSlices slices = AxisSlices.Of(weight.Shape, axis);
            for (int i = 0; i < values.Length; i++)
                if (cut.Contains(classes[i / slices.Inner % slices.Length])) values[i] = 0;
        }
        return new Dense(weight.Shape, values);
    }

    private static float[] Run(Model model)
    {
        var session = new Session(model);
        Span<float> input = session.Input(model.Inputs[0].Name).Floats;
        var rng = new Rng(5);
        for (int i = 0; i < input.Length; i++) input[i] = rng.NextSingle() - 0.5f;
        session.Run();
        return session.Output(model.Outputs[0]).Floats.ToArray();
    }
}
