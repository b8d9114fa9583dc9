using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Methods;
using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Equalization;
using Pare.Compression.Tests.Rewriting;
using Pare.Compression.Zoo;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Tests.Methods;

public class QuantizeEqualizeTests
{
    private static readonly Dictionary<string, long> Two = new() { ["N"] = 2 };

    /// <summary>A network whose channels have ranges up to a hundred times apart.</summary>
    internal static Model Uneven(Model model, ulong seed = 4)
    {
        var rng = new Rng(seed);
        return model.WithWeights([.. model.Nodes.Where(n => n.Operator is BatchNormalization).SelectMany(n => n.Inputs.Skip(1).Take(1)).Select(w => KeyValuePair.Create(
            w, (WeightEncoding)new Dense(model.Weights[w].Shape, model.Weights[w].ToArray().Select(v => v * (float)Math.Exp(1.2 * rng.NextNormal())).ToArray())))]);
    }

    internal static Model Mobile(bool folded)
    {
        Model model = Uneven(ArchitectureCatalog.Default.Get("mobilenet-cifar").Build(new MobileNetCifarSettings { Width = 0.25, Resolution = 32 }, seed: 1));
        return folded ? FoldBatchNorm.Apply(model) : model;
    }

    private static Model Equalize(Model model, bool absorb = false, bool clips = false) =>
        new QuantizeEqualize().Apply(model, new QuantizeEqualizeSettings { AbsorbBias = absorb, ReplaceClips = clips });

    [Theory, InlineData("mobilenet-cifar", false), InlineData("mobilenet-cifar", true), InlineData("resnet-8", false), InlineData("resnet-8", true), InlineData("ds-cnn", true)]
    public void Apply_ShortcutsDepthwiseAndHeads_SameOutputs(string name, bool folded)
    {
        Model model = name == "mobilenet-cifar" ? Mobile(folded) : Uneven(ArchitectureCatalog.Default.Get(name).Build(seed: 1));
        if (folded) model = FoldBatchNorm.Apply(model);
        Model equalized = Equalize(model);
        Fingerprint.Of(equalized).ShouldNotBe(Fingerprint.Of(model));
        equalized.Run(bindings: Two).ShouldEqual(model.Run(bindings: Two), 1e-5f);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Apply_UnevenChannels_PerTensorQuantizationLosesMuchLess(bool folded)
    {
        Model model = Mobile(folded);
        float[] expected = model.Run(bindings: Two);
        double plain = RewriteNets.Distance(PerTensor(model).Run(bindings: Two), expected), equalized = RewriteNets.Distance(PerTensor(Equalize(model)).Run(bindings: Two), expected);
        equalized.ShouldBeLessThan(0.5 * plain);
    }

    [Fact]
    public void Apply_Twice_ChangesNothingMore()
    {
        Model once = Equalize(Mobile(folded: true)), twice = Equalize(once);
        foreach (string weight in once.WeightsInOrder().Where(w => once.Weights[w].ToArray().Any(v => v != 0))) twice.Weights[weight].ToArray().ShouldEqual(once.Weights[weight].ToArray(), 0.02f);
    }

    [Fact]
    public void Apply_Pruned_SameZeros()
    {
        Model model = new MagnitudePruning().Apply(Mobile(folded: true), new PruningSettings { Sparsity = 0.6 }), equalized = Equalize(model);
        foreach (string weight in model.WeightsInOrder().Where(w => model.Weights[w] is Encodings.Sparse))
            equalized.Sparse(weight).Positions.ToArray().ShouldBe(model.Sparse(weight).Positions.ToArray());
        equalized.Run(bindings: Two).ShouldEqual(model.Run(bindings: Two), 1e-5f);
    }

    [Fact]
    public void Apply_Clips_AreABarrierUnlessReplaced()
    {
        var net = new NetworkBuilder("clips", 3, 3, 8, 8);
        Model model = net.Conv("a", 8, 3, pad: 1).Relu6("clip").Conv("b", 8, 1).Flatten("flatten").Linear("fc", 4).Build();
        ChannelSets.Of(model, replacesClips: false).ShouldBeEmpty();
        Model replaced = Equalize(model, clips: true);
        replaced.Types().ShouldNotContain("Clip");
        replaced.Types().ShouldContain("Relu");
        // Nothing here reaches 6.
        replaced.Run(bindings: Two).ShouldEqual(model.Run(bindings: Two), 1e-5f);
    }

    [Fact]
    public void Apply_ClusteredLayer_IsABarrier()
    {
        Model model = Mobile(folded: true), clustered = new KMeansClustering().Apply(model, new KMeansSettings { Bits = 3 }, null, "layer1.dw*");
        Model equalized = Equalize(clustered);
        Fingerprint.Of(equalized.Weights["layer1.dw.conv.weight"]).ShouldBe(Fingerprint.Of(clustered.Weights["layer1.dw.conv.weight"]));
        equalized.Run(bindings: Two).ShouldEqual(clustered.Run(bindings: Two), 1e-5f);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Apply_LargeBias_MovesToTheLayerBehind(bool folded)
    {
        // One even number a channel is never three deviations away from its mean, so nothing is cut off and the move is exact.
        var net = new NetworkBuilder("bias", 3, 1, 8, 8);
        Model model = net.ConvUnit("a", 8, 1).LinearUnit("b", 8, 1).Relu("relu").Flatten("flatten").Linear("fc", 4).Build();
        string beta = model.Nodes.First(n => n.Operator is BatchNormalization).Inputs[2], gamma = model.Nodes.First(n => n.Operator is BatchNormalization).Inputs[1];
        model = model.WithWeights([KeyValuePair.Create(beta, (WeightEncoding)new Dense(Shape.Of(8), Enumerable.Repeat(20f, 8).ToArray())), KeyValuePair.Create(gamma, (WeightEncoding)new Dense(Shape.Of(8), Enumerable.Repeat(1f, 8).ToArray()))]);
        if (folded) model = FoldBatchNorm.Apply(model);
        var rng = new Rng(3);
        float[] Even(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * rng.NextSingle() - 1)];
        DataSet samples = DataSet.FromFloats("noise", [1, 8, 8], 0, Even(64 * 20), null);
        float[] input = Even(128);
        Model moved = new QuantizeEqualize().Apply(model, new QuantizeEqualizeSettings(), new CompressionContext { Calibration = samples });
        moved.Run(input, Two).ShouldEqual(model.Run(input, Two), 1e-4f);
        Model unmoved = Equalize(model);
        float Largest(Model m) => MeasuredMoments.Of(m, [m.Nodes.First(n => n.Operator.Name == "Relu").Outputs[0]], ActivationWalk.For(m, samples, 1), CancellationToken.None).Values.Single().Mean.Select(x => (float)x).Max();
        Largest(moved).ShouldBeLessThan(0.6f * Largest(unmoved));
    }

    private static Model PerTensor(Model model)
    {
        Model folded = FoldBatchNorm.Apply(model);
        return new QuantizeWeights().Apply(folded, new QuantizeWeightsSettings { Per = WeightGranularity.Tensor });
    }
}
