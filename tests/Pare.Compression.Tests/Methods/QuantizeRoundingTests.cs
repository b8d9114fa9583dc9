using Pare.Compression.Data;
using Pare.Compression.Methods;
using Pare.Compression.Quantization;
using Pare.Compression.Tests.Rewriting;
using Pare.Compression.Zoo;
using Pare.Encodings;
using Pare.Passes;

namespace Pare.Compression.Tests.Methods;

public class QuantizeRoundingTests
{
    private static readonly Dictionary<string, long> Two = new() { ["N"] = 2 };

    private static readonly Model Network = FoldBatchNorm.Apply(QuantizeEqualizeTests.Mobile(folded: true));

    // Smooth pictures: neighbouring pixels are alike, as in real ones.
    private static CompressionContext Context(int threads = 2)
    {
        const int Side = 32;
        var rng = new Rng(6);
        var values = new float[24 * 3 * Side * Side];
        for (int plane = 0; plane < 24 * 3; plane++)
        {
            (double a, double b, double c) = (rng.NextNormal(), rng.NextNormal(), rng.NextNormal());
            for (int i = 0; i < Side * Side; i++)
                values[plane * Side * Side + i] = (float)(c + a * Math.Sin(i % Side * 0.2 + b) + b * Math.Cos(i / Side * 0.15 + a) + 0.2 * rng.NextNormal());
        }
        return new CompressionContext { Calibration = DataSet.FromFloats("smooth", [3, Side, Side], 0, values, null), Seed = 1, Threads = threads };
    }

    private static Model Quantized(Model model, WeightRounding rounding, BiasCorrection correction = BiasCorrection.None, int threads = 2, params string[] layers) => new QuantizeStatic().Apply(
        model, new QuantizeStaticSettings { WeightBits = 3, WeightScale = WeightScale.Mse, Rounding = rounding, BiasCorrection = correction, RoundingSteps = 200 }, Context(threads), layers);

    private static float[] Outputs(Model model)
    {
        DataSet data = Context().Calibration!;
        var input = new float[2 * data.SampleLength];
        data.Read(3, input);
        data.Read(4, input.AsSpan(data.SampleLength));
        return model.Run(input, Two);
    }

    [Fact]
    public void Apply_EachRounding_IsNearerToTheFloatNetwork()
    {
        float[] expected = Outputs(Network);
        double nearest = RewriteNets.Distance(Outputs(Quantized(Network, WeightRounding.Nearest)), expected);
        RewriteNets.Distance(Outputs(Quantized(Network, WeightRounding.Nearest, BiasCorrection.Empirical)), expected).ShouldBeLessThan(nearest, "bias");
        RewriteNets.Distance(Outputs(Quantized(Network, WeightRounding.SequentialMse)), expected).ShouldBeLessThan(nearest, "sequential");
        RewriteNets.Distance(Outputs(Quantized(Network, WeightRounding.Adaround)), expected).ShouldBeLessThan(0.8 * nearest, "adaround");
        RewriteNets.Distance(Outputs(Quantized(Network, WeightRounding.Gptq)), expected).ShouldBeLessThan(0.8 * nearest, "gptq");
    }

    [Theory, InlineData(WeightRounding.Adaround), InlineData(WeightRounding.Gptq)]
    public void Apply_SameScalesAsNearest_AndNoThreadMatters(WeightRounding rounding)
    {
        Model nearest = Quantized(Network, WeightRounding.Nearest), one = Quantized(Network, rounding, threads: 1), three = Quantized(Network, rounding, threads: 3);
        Fingerprint.Of(three).ShouldBe(Fingerprint.Of(one));
        foreach (string weight in nearest.WeightsInOrder().Where(w => nearest.Weights[w] is Scaled))
            ((Scaled)one.Weights[weight]).Scales.ToArray().ShouldBe(((Scaled)nearest.Weights[weight]).Scales.ToArray());
    }

    [Theory, InlineData(WeightRounding.Adaround), InlineData(WeightRounding.Gptq), InlineData(WeightRounding.SequentialMse)]
    public void Apply_Pruned_ZerosStayZeros(WeightRounding rounding)
    {
        Model pruned = new MagnitudePruning().Apply(Network, new PruningSettings { Sparsity = 0.5 }), quantized = Quantized(pruned, rounding);
        foreach (string weight in pruned.WeightsInOrder().Where(w => pruned.Weights[w] is Sparse))
        {
            Sparse inner = ((Scaled)quantized.Weights[weight]).Inner.ShouldBeOfType<Sparse>();
            inner.Positions.ToArray().ShouldBe(pruned.Sparse(weight).Positions.ToArray());
        }
    }

    [Fact]
    public void Apply_Clustered_Refuses()
    {
        Model clustered = new KMeansClustering().Apply(Network, new KMeansSettings { Bits = 4 }, null, "layer2.pw*");
        Should.Throw<RecipeException>(() => Quantized(clustered, WeightRounding.Gptq)).Message.ShouldContain("clusters");
        Should.NotThrow(() => Quantized(clustered, WeightRounding.Nearest, BiasCorrection.Empirical));
    }

    [Fact]
    public void Apply_NoSamples_SaysSo() => Should.Throw<RecipeException>(() => new QuantizeWeights().Apply(Network, new QuantizeWeightsSettings { Rounding = WeightRounding.Gptq }));

    [Fact]
    public void QuantizeWeights_Gptq_BeatsNearest()
    {
        float[] expected = Outputs(Network);
        double Lost(WeightRounding rounding) => RewriteNets.Distance(Outputs(new QuantizeWeights().Apply(Network, new QuantizeWeightsSettings { WeightBits = 3, Rounding = rounding }, Context())), expected);
        Lost(WeightRounding.Gptq).ShouldBeLessThan(0.8 * Lost(WeightRounding.Nearest));
    }

    [Fact]
    public void Analytic_BatchNorms_TakesTheMeanShiftOut()
    {
        // One layer behind a normalization and a rectifier: its mean input is known exactly.
        var net = new NetworkBuilder("one", 3, 4, 6, 6);
        Model model = net.BatchNorm("norm").Relu("relu").Conv("conv", 16, 1).Build();
        string gamma = model.Nodes[0].Inputs[1], beta = model.Nodes[0].Inputs[2];
        model = model.WithWeights([KeyValuePair.Create(gamma, (WeightEncoding)new Dense(Shape.Of(4), new float[] { 1, 2, 0.5f, 1 })), KeyValuePair.Create(beta, (WeightEncoding)new Dense(Shape.Of(4), new float[] { 1, 0, 2, -1 }))]);
        var rng = new Rng(2);
        float[] input = [.. Enumerable.Range(0, 400 * 144).Select(_ => (float)rng.NextNormal())];
        Dictionary<string, long> many = new() { ["N"] = 400 };
        double[] Means(Model m)
        {
            float[] y = m.Run(input, many);
            return [.. Enumerable.Range(0, 16).Select(c => Enumerable.Range(0, 400 * 36).Average(i => (double)y[i / 36 * 16 * 36 + c * 36 + i % 36]))];
        }
        Model Weights(BiasCorrection correction) => new QuantizeWeights().Apply(model, new QuantizeWeightsSettings { WeightBits = 2, BiasCorrection = correction });
        double[] expected = Means(model);
        double Shift(Model m) => Means(m).Zip(expected, (a, b) => Math.Abs(a - b)).Max();
        double plain = Shift(Weights(BiasCorrection.None));
        plain.ShouldBeGreaterThan(0.05);
        Shift(Weights(BiasCorrection.Analytic)).ShouldBeLessThan(0.1 * plain);
    }
}
