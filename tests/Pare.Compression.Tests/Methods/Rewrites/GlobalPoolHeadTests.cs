using Pare.Compression.Methods;
using Pare.Compression.Tests.Rewriting;
using Pare.Compression.Zoo;
using Pare.Inspection;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods.Rewrites;

public class GlobalPoolHeadTests
{
    private static readonly GlobalPoolHead Method = new();

    // 3 channels of 4 x 5, each the same everywhere
    private static float[] Even => [.. Enumerable.Range(0, 60).Select(i => (float)(i / 20) - 0.7f)];

    [Fact]
    public void Apply_LeNet5_HasAFifthOfTheParametersAtMost()
    {
        Model model = RewriteNets.Of("lenet-5"), pooled = model.Rewrite(Method, new GlobalPoolHeadSettings());
        pooled.Types().ShouldBe([
            "Conv", "MaxPool", "Conv", "MaxPool", "Conv", "BatchNormalization", "Relu", "Conv", "BatchNormalization", "Relu", "GlobalAveragePool", "Flatten", "Gemm"]);
        (5 * Profile.Of(pooled).Parameters).ShouldBeLessThanOrEqualTo(431_080);
        pooled.Types["logits"].ShouldBe(model.Types["logits"]);
    }

    [Fact]
    public void Apply_SameEverywhere_IsCarriedExactly()
    {
        Model model = new NetworkBuilder("head", 1, 3, 4, 5).Relu("feature").Flatten("flat").Linear("fc1", 7).Dropout("drop", 0.5).Linear("fc2", 4).Build();
        Model pooled = model.Rewrite(Method, new GlobalPoolHeadSettings { Hidden = 0 });
        pooled.Types().ShouldBe(["Relu", "GlobalAveragePool", "Flatten", "Gemm"]);
        pooled.Fixed("fc2.pooled.weight").ShouldBe([4, 3]);
        pooled.Run(Even).ShouldEqual(model.Run(Even));
    }

    [Fact]
    public void Apply_ChannelsLastMatMulAndAdd_IsCarriedExactly()
    {
        var editor = new ModelEditor();
        var rng = new Rng(6);
        string x = editor.AddInput("image", new TensorType(DType.F32, Shape.Of(1, 3, 4, 5)));
        string turned = editor.Add(new Transpose { Order = [0, 2, 3, 1] }, "turn", editor.Add(new Unary(UnaryFunctions.Relu), "feature", x));
        string flat = editor.Add(new Reshape(), "flat", turned, editor.SetConstant("shape", Tensor.Vector<long>(-1, 60)));
        editor.SetWeight("w1", new Dense(Shape.Of(60, 6), FakeNetworks.Normal(rng, 360)));
        editor.SetWeight("b1", new Dense(Shape.Of(1, 6), FakeNetworks.Normal(rng, 6)));
        editor.SetWeight("w2", new Dense(Shape.Of(6, 2), FakeNetworks.Normal(rng, 12)));
        editor.SetWeight("b2", new Dense(Shape.Of(2), FakeNetworks.Normal(rng, 2)));
        string hidden = editor.Add(new Binary(BinaryFunctions.Add), "add1", "b1", editor.Add(new MatMul(), "fc1", flat, "w1"));
        string logits = editor.Add(new Gemm { Alpha = 0.5f, Beta = 2 }, "fc2", hidden, "w2", "b2");
        editor.AddOutput(editor.Add(new Softmax(), "probabilities", logits));
        Model model = editor.Build(), pooled = model.Rewrite(Method, new GlobalPoolHeadSettings());
        pooled.Types().ShouldBe(["Relu", "GlobalAveragePool", "Flatten", "Gemm", "Softmax"]);
        pooled.Run(Even).ShouldEqual(model.Run(Even));
    }

    [Fact]
    public void Apply_ManyClasses_GetAsManyChannels()
    {
        Model model = new NetworkBuilder("wide", 1, 64, 6, 6).Relu("feature").Flatten("flat").Linear("fc1", 2048).Relu("relu").Linear("fc2", 200).Build();
        Model pooled = Method.Outline(model, new Layers(LayerSelector.Select(model, []), Method.Defaults), Method.Defaults);
        pooled.Fixed("fc1.conv1.weight").ShouldBe([256, 64, 3, 3]);
        pooled.Fixed("fc1.conv2.weight").ShouldBe([256, 256, 3, 3]);
        pooled.Fixed("fc2.pooled.weight").ShouldBe([200, 256]);
    }

    [Fact]
    public void Sites_HeadThatIsPooledAlready_AreNone() => Method.Sites(RewriteNets.Of("resnet-8"), new GlobalPoolHeadSettings { Hidden = 0 }).ShouldBeEmpty();

    [Fact]
    public void Sites_FeatureReadTwice_StopsAtTheBranch()
    {
        var editor = new ModelEditor(new NetworkBuilder("head", 1, 3, 4, 4).Relu("feature").Flatten("flat").Linear("fc1", 9).Linear("fc2", 4).Build());
        editor.AddOutput(editor.Add(new Unary(UnaryFunctions.Relu), "also", editor.Nodes.First(n => n.Name == "fc1").Outputs[0]));
        Method.Sites(editor.Build(), new GlobalPoolHeadSettings()).Single().Layers.ShouldBe(["fc1.weight"]);
    }

    [Fact]
    public void Apply_OtherSeed_StartsElsewhere()
    {
        Model model = RewriteNets.Of("lenet-5");
        float[] First(ulong seed) => Method.Apply(model, Method.Defaults, new CompressionContext { Seed = seed }).Weights["fc1.conv1.weight"].ToArray();
        First(1).ShouldBe(First(1));
        First(1).ShouldNotBe(First(2));
    }
}
