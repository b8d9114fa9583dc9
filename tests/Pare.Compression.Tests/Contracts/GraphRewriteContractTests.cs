using Pare.Compression.Methods;
using Pare.Compression.Rewriting;
using Pare.Compression.Tests.Data;
using Pare.Compression.Tests.Rewriting;
using Pare.Compression.Training;
using Pare.Formats.Container;
using Pare.Inspection;

namespace Pare.Compression.Tests.Contracts;

/// <summary>What every method that replaces layers must hold, on every network that it fits.</summary>
public class GraphRewriteContractTests
{
    private static readonly string[] Networks = ["lenet-5", "resnet-8", "vgg-16-cifar", "residual", "large-kernels", "batch-of-two"];

    private static readonly Dictionary<string, MethodSettings> Variants = new()
    {
        ["rewrite.global-pool-head hidden=0"] = new GlobalPoolHeadSettings { Hidden = 0 },
        ["rewrite.global-pool-head depth=1"] = new GlobalPoolHeadSettings { Hidden = 8, Depth = 1, Activation = Between.Relu },
        ["rewrite.shrink-kernel stack"] = new ShrinkKernelSettings { Stack = true },
        ["rewrite.shrink-kernel to=1"] = new ShrinkKernelSettings { To = 1 },
        ["rewrite.separable multiplier=2"] = new SeparableSettings { Multiplier = 2, Between = Between.BatchNormRelu, LeastChannels = 2 },
        ["rewrite.fire none"] = new FireSettings { Squeeze = 0.3, Expand3x3 = 0.25, Activation = Between.None, LeastChannels = 2 },
        ["rewrite.group-shuffle always"] = new GroupShuffleSettings { Groups = 2, Shuffle = Shuffling.Always, LeastChannels = 2 },
        ["rewrite.downsample early"] = new DownsampleSettings { When = When.Early },
        ["rewrite.downsample late"] = new DownsampleSettings { When = When.Late, With = Halver.Average },
        ["rewrite.downsample stride"] = new DownsampleSettings { When = When.Early, With = Halver.Stride },
    };

    private static IEnumerable<string> Names => [.. MethodCatalog.Default.OfType<GraphRewrite>().Select(m => m.Name), .. Variants.Keys];

    public static TheoryData<string> Rewrites => [.. Names];

    public static TheoryData<string, string> Fitting
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string rewrite in Names)
                foreach (string network in Networks)
                    if (!Method(rewrite).Sites(RewriteNets.Of(network), Settings(rewrite)).IsEmpty) cases.Add(rewrite, network);
            return cases;
        }
    }

    private static GraphRewrite Method(string rewrite) => (GraphRewrite)MethodCatalog.Default.Get(rewrite.Split(' ')[0]);

    private static MethodSettings Settings(string rewrite) => Variants.GetValueOrDefault(rewrite) ?? Method(rewrite).Defaults;

    private static Layers All(Model model, string rewrite) => new(LayerSelector.Select(model, []), Settings(rewrite));

    private static Model Apply(Model model, string rewrite, int threads = 1) =>
        Method(rewrite).Apply(model, All(model, rewrite), Settings(rewrite), new CompressionContext { Seed = 3, Threads = threads }, CancellationToken.None);

    [Theory, MemberData(nameof(Rewrites))]
    public void Sites_OfSomeNetwork_AreThere(string rewrite) => Networks.ShouldContain(n => !Method(rewrite).Sites(RewriteNets.Of(n), Settings(rewrite)).IsEmpty);

    [Theory, MemberData(nameof(Fitting))]
    public void Outline_ToApply_IsTheSameButForTheNumbers(string rewrite, string network)
    {
        Model model = RewriteNets.Of(network);
        Model applied = Apply(model, rewrite), outline = Method(rewrite).Outline(model, All(model, rewrite), Settings(rewrite));
        outline.Nodes.Select(n => $"{n}{n.Operator}{string.Join(',', n.Inputs)}>{string.Join(',', n.Outputs)}")
            .ShouldBe(applied.Nodes.Select(n => $"{n}{n.Operator}{string.Join(',', n.Inputs)}>{string.Join(',', n.Outputs)}"));
        outline.Types.OrderBy(t => t.Key, StringComparer.Ordinal).ShouldBe(applied.Types.OrderBy(t => t.Key, StringComparer.Ordinal));
        (Profile first, Profile second) = (Profile.Of(outline), Profile.Of(applied));
        (first.Parameters, first.Macs).ShouldBe((second.Parameters, second.Macs));
        var raw = new ContainerOptions { EntropyCoding = EntropyCoding.None };
        ContainerWriter.Measure(outline, raw).TotalBytes.ShouldBe(ContainerWriter.Measure(applied, raw).TotalBytes);
    }

    [Theory, MemberData(nameof(Fitting))]
    public void Apply_Result_RunsSavesAndTrains(string rewrite, string network)
    {
        Model model = RewriteNets.Of(network), applied = Apply(model, rewrite);
        foreach (string output in model.Outputs) applied.Types[output].ShouldBe(model.Types[output]);
        float[] found = applied.Run();
        found.ShouldAllBe(v => float.IsFinite(v));
        using var folder = new TempFolder();
        foreach (string ending in new[] { ".onnx", ".pare" })
        {
            string path = Path.Combine(folder.Path, "net" + ending);
            ModelFile.Save(applied, path);
            ModelFile.Load(path).Run().ShouldBe(found);
        }
        TrainingGraph.Build(applied, new TrainingGraphOptions { Batch = 2 }).Gradients.Count.ShouldBe(TrainingGraph.Candidates(applied).Count());
    }

    [Theory, MemberData(nameof(Fitting))]
    public void Apply_OtherThreads_SameBytes(string rewrite, string network)
    {
        Model model = RewriteNets.Of(network);
        Fingerprint.Of(Apply(model, rewrite, threads: 3)).ShouldBe(Fingerprint.Of(Apply(model, rewrite)));
    }

    [Theory, MemberData(nameof(Fitting))]
    public void Apply_OneSiteChosen_OthersAreUntouched(string rewrite, string network)
    {
        Model model = RewriteNets.Of(network);
        RewriteSite site = Method(rewrite).Sites(model, Settings(rewrite))[^1];
        Model applied = Method(rewrite).Apply(model, Settings(rewrite), null, site.Layers[0]);
        string[] biases = [.. model.Nodes.Where(n => site.Layers.Any(n.Inputs.Contains)).SelectMany(n => n.Inputs)];
        // A narrower layer takes the inputs of the layers that read it along; what keeps its shape is the same.
        bool Stays(string weight) => rewrite != "rewrite.width" || applied.Weights[weight].Shape.Equals(model.Weights[weight].Shape);
        foreach (string weight in model.Weights.Keys.Where(w => !biases.Contains(w) && Stays(w)))
            applied.Weights[weight].ShouldBeSameAs(model.Weights[weight], weight);
    }

    [Theory, MemberData(nameof(Rewrites))]
    public void Apply_NothingFits_SaysSo(string rewrite)
    {
        Model model = RewriteNets.OneLayer();
        Should.Throw<RecipeException>(() => Apply(model, rewrite)).Message.ShouldContain("fits nowhere");
    }

    [Theory, MemberData(nameof(Fitting))]
    public void Apply_Cancelled_Stops(string rewrite, string network)
    {
        Model model = RewriteNets.Of(network);
        Should.Throw<OperationCanceledException>(() => Method(rewrite).Apply(
            model, All(model, rewrite), Settings(rewrite), new CompressionContext(), new CancellationToken(canceled: true)));
    }
}
