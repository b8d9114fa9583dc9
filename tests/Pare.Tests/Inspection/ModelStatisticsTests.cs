using Pare.Encodings;
using Pare.Inspection;
using Pare.Operators;

namespace Pare.Tests.Inspection;

public class ModelStatisticsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(33)]
    [InlineData(20_000)]
    public void Of_AnyLength_EqualsThePlainCount(int length)
    {
        var rng = new Rng(5);
        float[] special = [0, -0f, float.NaN, float.PositiveInfinity, -1.5f, 3, float.Epsilon, BitConverter.UInt32BitsToSingle(0xFFC0_0001)];
        var values = new float[length];
        for (int i = 0; i < length; i++) values[i] = rng.NextSingle() < 0.3f ? special[(int)(rng.NextSingle() * special.Length)] : MathF.Round(rng.NextSingle() * 100);
        WeightStatistics found = Statistics(new Dense(Shape.Of(length), values)).All;
        float[] numbers = [.. values.Where(v => !float.IsNaN(v))];
        found.ShouldBe(new WeightStatistics(
            length, values.Count(v => v == 0), values.Select(v => v == 0 ? 0 : v).Distinct().Count(),
            numbers.Length == 0 ? float.NaN : numbers.Min(), numbers.Length == 0 ? float.NaN : numbers.Max(), values.Count(float.IsNaN)));
    }

    [Theory]
    [InlineData(65_535, true)]
    [InlineData(65_536, true)]
    [InlineData(65_537, false)]
    public void Of_ManyDistinctValues_AreCountedUpToTheLimit(int distinct, bool counted)
    {
        // 0 is among them, and every value stands twice
        float[] values = [.. Enumerable.Range(0, 2 * distinct).Select(i => (float)(i % distinct))];
        Statistics(new Dense(Shape.Of(values.Length), values)).All.Distinct.ShouldBe(counted ? distinct : null);
        Array.Reverse(values);
        Statistics(new Dense(Shape.Of(values.Length), values)).All.Distinct.ShouldBe(counted ? distinct : null);
    }

    [Fact]
    public void Of_SeveralWeights_JoinsTheirValues()
    {
        ModelStatistics both = Statistics(new Dense(Shape.Of(3), new float[] { 1, 2, 0 }), new Dense(Shape.Of(2), new float[] { 2, -3 }));
        both.All.ShouldBe(new WeightStatistics(5, 1, 4, -3, 2, 0));
        both.Weights["w1"].ShouldBe(new WeightStatistics(2, 0, 2, -3, 2, 0));
    }

    [Fact]
    public void Of_ACompressedWeight_LooksAtWhatItDecodesTo()
    {
        var indices = Codes.Pack(2, [0, 1, 2, 2, 1, 0]);
        var weight = new Codebook(Shape.Of(6), indices, new Dense(Shape.Of(4), new float[] { 0, 1, -2, 7 }));
        Statistics(weight).All.ShouldBe(new WeightStatistics(6, 2, 3, -2, 1, 0));
    }

    private static ModelStatistics Statistics(params WeightEncoding[] weights)
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, Shape.Of(1)));
        editor.AddOutput(editor.Add(new Identity(), "y", "x"));
        for (int i = 0; i < weights.Length; i++) editor.SetWeight($"w{i}", weights[i]);
        return ModelStatistics.Of(editor.Build(), 2, CancellationToken.None);
    }
}
