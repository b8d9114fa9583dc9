using Pare.Encodings;

namespace Pare.Tests.Encodings;

public class QuantizeAwareTests
{
    [Fact]
    public void Decode_NumbersAndTies_RoundHalfToEvenWithinTheCodes()
    {
        QuantizeAware weight = Whole(0.5f, 3, -9, -1.8f, -0.25f, 0, 0.25f, 0.75f, 0.76f, 9);
        weight.ToArray().ShouldBe([-2, -2, 0, 0, 0, 1, 1, 1.5f]);
        new QuantizeAware(Scaled.WholeWeight, weight.Scales, weight.Latent, 3, isSymmetric: true).ToArray()[0].ShouldBe(-1.5f);
    }

    [Fact]
    public void Freeze_Weight_IsCodesUnderScales()
    {
        Scaled frozen = Whole(0.5f, 3, -9, 0.76f).Freeze().ShouldBeOfType<Scaled>();
        var codes = frozen.Inner.ShouldBeOfType<Integer>();
        (codes.Codes.Bits, codes.IsSigned, codes.ZeroPoint).ShouldBe((3, true, 0));
        frozen.Scales.ToArray().ShouldBe([0.5f]);
        codes.ToArray().ShouldBe([-4, 2]);
    }

    [Fact]
    public void Freeze_PrunedWeight_KeepsThePositionsUnderTheScales()
    {
        foreach (WeightEncoding aware in new[] { EncodingExamples.Get("quantize-aware sparse"), EncodingExamples.Get("sparse quantize-aware") })
        {
            Sparse before = aware as Sparse ?? (Sparse)((QuantizeAware)aware).Latent;
            Sparse after = aware.Freeze().ShouldBeOfType<Scaled>().Inner.ShouldBeOfType<Sparse>();
            after.Positions.ToArray().ShouldBe(before.Positions.ToArray());
            after.Values.ShouldBeOfType<Integer>();
        }
    }

    [Fact]
    public void PullBack_Steps_FollowTheFormulasOfTheirSource()
    {
        // v = latent / s = -5, 0.3, 9 with the codes -4 to 3: below, within, above. Sum: 2 * -4 + 3 * (0 - 0.3) + 5 * 3, times 1 / sqrt(3 * 3).
        QuantizeAware weight = Whole(0.5f, 3, -2.5f, 0.15f, 4.5f);
        var gradients = new Recorded();
        weight.PullBack([2, 3, 5], gradients);
        gradients.Sums[(Dense)weight.Latent].ShouldBe([0, 3, 0]);
        gradients.Sums[(Dense)weight.Scales][0].ShouldBe((-8 - 0.9f + 15) / 3, 1e-5f);
    }

    [Fact]
    public void Constructor_WhatDoesNotFit_Throws()
    {
        Dense latent = EncodingExamples.Leaf(4, 3), one = EncodingExamples.Leaf(1);
        Should.Throw<ArgumentException>(() => new QuantizeAware(2, one, latent, 4, false)).Message.ShouldContain("axis 2");
        Should.Throw<ArgumentException>(() => new QuantizeAware(0, one, latent, 4, false)).Message.ShouldContain("[4]");
        Should.Throw<ArgumentException>(() => new QuantizeAware(Scaled.WholeWeight, one, latent, 1, false)).Message.ShouldContain("2 to 8");
        Should.Throw<ArgumentException>(() => new QuantizeAware(Scaled.WholeWeight, one, latent, 9, false)).Message.ShouldContain("2 to 8");
    }

    private static QuantizeAware Whole(float scale, int bits, params float[] latent) =>
        new(Scaled.WholeWeight, new Dense(Shape.Of(1), new[] { scale }), new Dense(Shape.Of(latent.Length), latent), bits, isSymmetric: false);

    private sealed class Recorded : LeafGradients
    {
        public Dictionary<Dense, float[]> Sums { get; } = [];

        public override Span<float> Of(Dense leaf) => Sums.TryGetValue(leaf, out float[]? sum) ? sum : Sums[leaf] = new float[leaf.Length];
    }
}
