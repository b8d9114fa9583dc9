using Pare.Compression.Methods;
using Pare.Compression.Rewriting;
using Pare.Compression.Tests.Rewriting;
using Pare.Compression.Zoo;
using Pare.Inspection;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods.Rewrites;

public class DownsampleTests
{
    private static readonly Downsample Method = new();

    public static TheoryData<string, Halver> Networks
    {
        get
        {
            var cases = new TheoryData<string, Halver>();
            foreach (string network in new[] { "lenet-5", "vgg-16-cifar", "resnet-20" })
                foreach (Halver with in Enum.GetValues<Halver>()) cases.Add(network, with);
            return cases;
        }
    }

    [Theory, MemberData(nameof(Networks))]
    public void Apply_EarlyAndLate_MovesTheWorkAndKeepsTheWeights(string network, Halver with)
    {
        Model model = RewriteNets.Of(network);
        Model early = model.Rewrite(Method, new DownsampleSettings { When = When.Early, With = with });
        Model late = model.Rewrite(Method, new DownsampleSettings { When = When.Late, With = with });
        long before = Profile.Of(model).Macs;
        Profile.Of(early).Macs.ShouldBeLessThan(before);
        Profile.Of(late).Macs.ShouldBeGreaterThan(before);
        foreach (Model moved in new[] { early, late })
        {
            moved.Weights.ShouldBe(model.Weights, ignoreOrder: true);
            moved.Types["logits"].ShouldBe(model.Types["logits"]);
            moved.Run().ShouldAllBe(v => float.IsFinite(v));
        }
    }

    [Fact]
    public void Apply_ResNet20Late_HalvesBeforeTheLastTwoBlocks()
    {
        Model late = RewriteNets.Of("resnet-20").Rewrite(Method, new DownsampleSettings { When = When.Late });
        late.Types[late.Producer(late.Nodes.First(n => n.Name == "layer3.1.conv1").Inputs[0])!.Outputs[0]].Shape[2].ShouldBe(16);
        late.Nodes.Where(n => n.Name.Contains("downsample", StringComparison.Ordinal)).Select(n => n.Name).ShouldBe(["layer3.0.relu2.downsample", "layer3.1.relu2.downsample"]);
        late.Nodes.ShouldNotContain(n => n.Name.Contains("subsample", StringComparison.Ordinal));
        late.Nodes.Where(n => n.Operator is Conv).ShouldAllBe(n => ((Conv)n.Operator).Window.Strides.All(s => s == 1));
    }

    [Fact]
    public void Apply_ResNet20EarlyByStride_StridesBothBranches()
    {
        Model early = RewriteNets.Of("resnet-20").Rewrite(Method, new DownsampleSettings { When = When.Early, With = Halver.Stride });
        ((Conv)early.Nodes.First(n => n.Name == "layer1.0.conv1").Operator).Window.Strides.ShouldBe([2, 2]);
        early.Nodes.Count(n => n.Operator is MaxPool { Window.Kernel: [1, 1] }).ShouldBe(2);
    }

    [Fact]
    public void Apply_LeNet5Early_PadsTheLayersBehind()
    {
        Model early = RewriteNets.Of("lenet-5").Rewrite(Method, new DownsampleSettings { When = When.Early });
        early.Types().ShouldBe(["Conv", "MaxPool", "MaxPool", "Conv", "Flatten", "Gemm", "Relu", "Gemm"]);
        ((Conv)early.Nodes[3].Operator).Window.Pads.ShouldBe([1, 1, 1, 1]);
    }

    [Fact]
    public void Apply_Pool3Of55By2_KeepsTheFinalSize()
    {
        Model model = new NetworkBuilder("overlapping", 1, 3, 55, 55)
            .Conv("a", 8, 3).MaxPool("pool", 3, 2).Conv("b", 8, 3, pad: 1).Conv("c", 8, 3, stride: 2, pad: 1).Conv("d", 8, 3, pad: 1).Flatten("flat").Linear("fc", 3).Build();
        foreach (When when in new[] { When.Early, When.Late })
            if (!Method.Sites(model, new DownsampleSettings { When = when }).IsEmpty)
                model.Rewrite(Method, new DownsampleSettings { When = when }).Run().Length.ShouldBe(3);
        Method.Sites(model, new DownsampleSettings { When = When.Late }).ShouldNotBeEmpty();
    }

    [Fact]
    public void Apply_SqueezeAndExcitation_MovesTheWholeBlock()
    {
        var net = new NetworkBuilder("squeeze", 1, 3, 32, 32);
        net.Conv("a", 8, 3, pad: 1).Relu("a.relu").Conv("b", 8, 3, pad: 1).Relu("b.relu");
        Feature wide = net.Conv("c", 8, 3, stride: 2, pad: 1).Relu("c.relu").Here;
        string gate = net.Apply("gate.pool", new GlobalAveragePool()).Here.Name;
        net.From(wide with { Name = gate, Height = 1, Width = 1 }).Conv("gate.conv", 8, 1).Apply("gate", new Unary(UnaryFunctions.Sigmoid));
        var editor = new ModelEditor(net.Build());
        string scaled = editor.Add(new Binary(BinaryFunctions.Mul), "scaled", wide.Name, editor.Outputs[0]);
        editor.SetWeight("d.weight", new Dense(Shape.Of(4, 8, 3, 3), FakeNetworks.Normal(new Rng(1), 288)));
        editor.SetOutputs([editor.Add(new GlobalAveragePool(), "pool", editor.Add(new Conv { Window = Window.Square(3, 1, 1) }, "d", scaled, "d.weight"))]);
        Model model = editor.Build(), early = model.Rewrite(Method, new DownsampleSettings { When = When.Early });
        early.Nodes.Select(n => n.Name).ShouldContain("a.relu.downsample");
        early.Types["scaled"].ShouldBe(model.Types["scaled"]);
        early.Run().ShouldAllBe(v => float.IsFinite(v));
    }

    [SharedDataFact("models/resnet-cifar10/resnet20-cifar10.onnx")]
    public void Apply_ExportedResNet20_MovesItsSlices()
    {
        Model model = ModelFile.Load(SharedData.PathOf("models/resnet-cifar10/resnet20-cifar10.onnx"));
        Model late = model.Rewrite(Method, new DownsampleSettings { When = When.Late });
        late.Types[late.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
        Profile.Of(late).Macs.ShouldBeGreaterThan(Profile.Of(model).Macs);
        late.Run().ShouldAllBe(v => float.IsFinite(v));
    }

    [Theory]
    [InlineData("2,4,7,10,13", "1,1,1,1,1,1,1,1,1,1,1,1,1", "1,2,3,4,5", "3,5,8,10,13", "9,10,11,12,13")]
    [InlineData("4,7", "1,2,2,2,2,2,2,2,2,2", "1,2", "4,7", "8,9")]
    [InlineData("1,2", "1,1", "1,1", "1,2", "2,2")]
    [InlineData("0,1,4,8,14", "1,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2", "0,1,2,3,4", "3,6,9,11,14", "12,13,14,15,16")]
    public void Choose_Places_AreInTheirRange(string now, string convolutions, string early, string even, string late)
    {
        var places = new Places([.. now.Split(',').Select(int.Parse)], [.. convolutions.Split(',').Select(int.Parse)]);
        string Chosen(When when) => string.Join(',', places.Choose(new DownsampleSettings { When = when }));
        Chosen(When.Early).ShouldBe(early);
        Chosen(When.Even).ShouldBe(even);
        Chosen(When.Late).ShouldBe(late);
    }

    [Fact]
    public void Cells_OfAResidualNetwork_HoldBranchesTogether() =>
        Cell.All(RewriteNets.Of("residual")).Select(c => c.Nodes.Length).ShouldBe([1, 1, 1, 5, 1, 1, 1, 1, 1]);
}
