using Pare.Compression.Quantization;
using Pare.Encodings;

namespace Pare.Compression.Tests.Quantization;

public class WeightQuantizerTests
{
    private static readonly Shape Shape = Shape.Of(6, 4, 3, 3);

    private static readonly LeafScope Where = LeafScope.Of("conv.weight", Shape, 0);

    private static Dense Weights(ulong seed = 1)
    {
        float[] values = FakeNetworks.Normal(new Rng(seed), (int)Shape.Elements);
        for (int i = 0; i < values.Length; i++) values[i] *= 1 + i / 36; // channels of different sizes
        return new Dense(Shape, values);
    }

    private static double Error(WeightEncoding a, WeightEncoding b) => a.ToArray().Zip(b.ToArray(), (x, y) => Math.Pow(x - y, 2)).Sum();

    [Theory, InlineData(2), InlineData(3), InlineData(4), InlineData(8)]
    public void Round_Dense_IsTheNearestCode(int bits)
    {
        Dense weights = Weights();
        foreach (WeightScale scale in Enum.GetValues<WeightScale>())
        {
            var scaled = WeightQuantizer.Round(weights, Where, new WeightFormat(bits, Scale: scale)).ShouldBeOfType<Scaled>();
            scaled.Axis.ShouldBe(0);
            var codes = scaled.Inner.ShouldBeOfType<Integer>();
            (codes.Codes.Bits, codes.ZeroPoint, codes.IsSigned).ShouldBe((bits, 0, true));
            float[] scales = scaled.Scales.ToArray(), values = codes.ToArray();
            int most = (1 << (bits - 1)) - 1;
            for (int i = 0; i < values.Length; i++)
            {
                float s = scales[i / 36];
                values[i].ShouldBe(Math.Clamp(MathF.Round(weights.Values[i] / s, MidpointRounding.ToEven), -most, most));
            }
            if (scale == WeightScale.Max)
                for (int c = 0; c < 6; c++) scales[c].ShouldBe(weights.Values.Slice(c * 36, 36).ToArray().Max(MathF.Abs) / most, 1e-7f);
        }
    }

    [Theory, InlineData(2), InlineData(3), InlineData(4)]
    public void Round_LeastSquares_IsAsGoodAsAFineGrid(int bits)
    {
        Dense weights = Weights(2);
        double chosen = Error(weights, WeightQuantizer.Round(weights, Where, new WeightFormat(bits, WeightGranularity.Tensor, WeightScale.Mse)));
        double whole = weights.Values.ToArray().Max(MathF.Abs) / new WeightFormat(bits).Most, best = double.PositiveInfinity;
        for (int i = 1; i <= 1000; i++)
        {
            float s = (float)(whole * i / 1000);
            best = Math.Min(best, weights.Values.ToArray().Sum(w => Math.Pow(w - WeightScales.Code(w, s, new WeightFormat(bits).Most) * s, 2)));
        }
        chosen.ShouldBeLessThanOrEqualTo(best * 1.01);
        chosen.ShouldBeLessThan(Error(weights, WeightQuantizer.Round(weights, Where, new WeightFormat(bits, WeightGranularity.Tensor))));
    }

    [Fact]
    public void Round_OneBit_IsTheSignTimesTheMean()
    {
        Dense weights = Weights(3);
        WeightEncoding signs = WeightQuantizer.Round(weights, Where, new WeightFormat(1));
        float[] values = signs.ToArray();
        for (int c = 0; c < 6; c++)
        {
            float mean = weights.Values.Slice(c * 36, 36).ToArray().Average(MathF.Abs);
            for (int i = c * 36; i < (c + 1) * 36; i++) values[i].ShouldBe(weights.Values[i] >= 0 ? mean : -mean, 1e-6f);
        }
        signs.ToString().ShouldBe("scaled(dense, codebook(integer))");
    }

    [Theory, InlineData(2), InlineData(4), InlineData(8)]
    public void Round_Pruned_KeepsTheZeros(int bits)
    {
        Dense weights = Weights(4);
        for (int i = 0; i < weights.Length; i++)
            if (i % 3 != 0) weights.Values[i] = 0;
        Sparse sparse = Sparse.OfNonzero(weights);
        WeightEncoding rounded = WeightQuantizer.Round(sparse, Where, new WeightFormat(bits));
        rounded.ToString().ShouldBe("scaled(dense, sparse(integer))");
        EncodingTree.Find<Sparse>(rounded)!.Positions.ToArray().ShouldBe(sparse.Positions.ToArray());
        float[] values = rounded.ToArray();
        for (int i = 0; i < values.Length; i++)
            if (i % 3 != 0) values[i].ShouldBe(0);
        // The same codes as a dense weight has.
        values.ShouldBe(WeightQuantizer.Round(weights, Where, new WeightFormat(bits)).ToArray());
    }

    [Fact]
    public void Round_ScaledByAFoldedNormalization_MakesOneScale()
    {
        Dense weights = Weights(5);
        float[] factors = [1, 2, 0.5f, -1, 3, 0];
        WeightEncoding folded = new Scaled(0, new Dense(Shape.Of(6), factors), weights), plain = new Dense(Shape, folded.ToArray());
        Fingerprint.Of(WeightQuantizer.Round(folded, Where, new WeightFormat())).ShouldBe(Fingerprint.Of(WeightQuantizer.Round(plain, Where, new WeightFormat())));
        var sparse = new Scaled(0, new Dense(Shape.Of(6), factors), Sparse.OfNonzero(weights));
        WeightQuantizer.Round(sparse, Where, new WeightFormat()).ToString().ShouldBe("scaled(dense, sparse(integer))");
        WeightQuantizer.Round(sparse, Where, new WeightFormat()).ToArray().ShouldBe(WeightQuantizer.Round(folded, Where, new WeightFormat()).ToArray());
    }

    [Fact]
    public void Round_Clustered_KeepsTheClusters()
    {
        var rng = new Rng(6);
        ushort[] indices = [.. Enumerable.Range(0, (int)Shape.Elements).Select(_ => (ushort)rng.NextInt32(16))];
        Codebook book = Codebook.Of(Shape, indices, FakeNetworks.Normal(rng, 16));
        WeightEncoding rounded = WeightQuantizer.Round(book, Where, new WeightFormat(8));
        rounded.ToString().ShouldBe("codebook(scaled(dense, integer))");
        rounded.ToArray().Distinct().Count().ShouldBeLessThanOrEqualTo(16);
        Error(rounded, book).ShouldBeLessThan(1e-4);
        Sparse pruned = Sparse.OfNonzero(Weights(7));
        var both = new Sparse(Shape, pruned.Positions.ToArray(), Codebook.Of(pruned.Values.Shape, [.. indices.Take(pruned.Values.Length)], FakeNetworks.Normal(rng, 16)));
        WeightQuantizer.Round(both, Where, new WeightFormat()).ToString().ShouldBe("sparse(codebook(scaled(dense, integer)))");
    }

    [Fact]
    public void Round_ClusteredWithinAFoldedNormalization_IsIntegersOfOneScaleEach()
    {
        var rng = new Rng(6);
        Sparse pruned = Sparse.OfNonzero(Weights(7));
        ushort[] indices = [.. Enumerable.Range(0, pruned.Values.Length).Select(_ => (ushort)rng.NextInt32(15))];
        var both = new Sparse(Shape, pruned.Positions.ToArray(), Codebook.Of(pruned.Values.Shape, indices, FakeNetworks.Normal(rng, 15)));
        float[] factors = [1, 2, 0.5f, -1, 3, 0.1f];
        var folded = new Scaled(0, new Dense(Shape.Of(6), factors), both);

        WeightEncoding rounded = WeightQuantizer.Round(folded, Where, new WeightFormat());

        rounded.ToString().ShouldBe("scaled(dense, sparse(codebook(integer)))");
        float[] expected = new Scaled(0, new Dense(Shape.Of(6), factors), WeightQuantizer.Round(both, Where, new WeightFormat())).ToArray(), found = rounded.ToArray();
        for (int i = 0; i < found.Length; i++) found[i].ShouldBe(expected[i], 2e-7f * Math.Abs(expected[i]));
    }

    [Theory, InlineData(0, 1), InlineData(1, 0)]
    public void Round_Blocks_HaveAScaleEach(int channels, int along)
    {
        Shape shape = Shape.Of(10, 7);
        var weights = new Dense(shape, FakeNetworks.Normal(new Rng(8), 70));
        var where = LeafScope.Of("fc.weight", shape, channels);
        var format = new WeightFormat(4, WeightGranularity.Group, GroupSize: 3);
        var scaled = WeightQuantizer.Round(weights, where, format).ShouldBeOfType<Scaled>();
        (scaled.Axis, scaled.Block).ShouldBe((along, 3));
        for (int o = 0; o < shape.Fixed[channels]; o++)
            for (int start = 0; start < shape.Fixed[along]; start += 3)
            {
                float Weight(int i) => weights.Values[channels == 0 ? o * 7 + i : i * 7 + o];
                float most = Enumerable.Range(start, Math.Min(3, shape.Fixed[along] - start)).Max(i => MathF.Abs(Weight(i)));
                int blocks = (shape.Fixed[along] + 2) / 3, at = channels == 0 ? o * blocks + start / 3 : start / 3 * 7 + o;
                scaled.Scales.ToArray()[at].ShouldBe(most / 7, 1e-7f);
            }
        Error(scaled, weights).ShouldBeLessThan(Error(WeightQuantizer.Round(weights, where, format with { Granularity = WeightGranularity.Tensor }), weights));
    }

    [Fact]
    public void Round_ZerosOnly_HasAScale()
    {
        WeightEncoding rounded = WeightQuantizer.Round(new Dense(Shape, new float[Shape.Elements]), Where, new WeightFormat());
        rounded.ToArray().ShouldAllBe(v => v == 0);
        rounded.ShouldBeOfType<Scaled>().Scales.ToArray().ShouldAllBe(s => s > 0 && float.IsFinite(s));
    }

    [Fact]
    public void Round_Twice_IsRefused() => Should.Throw<RecipeException>(
        () => WeightQuantizer.Round(WeightQuantizer.Round(Weights(), Where, new WeightFormat()), Where, new WeightFormat())).Message.ShouldContain("scaled(dense, integer)");
}
