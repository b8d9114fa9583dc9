using Pare.Encodings;

namespace Pare.Tests.Encodings;

public class QuantizedWeightTests
{
    [Fact]
    public void Of_ScaledInteger_GivesItsCodesLessTheZeroPoint()
    {
        QuantizedWeight quantized = QuantizedWeight.Of(new Scaled(0, Scales(2), Integer.Of(Shape.Of(2, 3), 4, [0, 1, 2, 15, 8, 7], 8, isSigned: false)))!;
        quantized.Codes.ShouldBe<short>([-8, -7, -6, 7, 0, -1]);
        quantized.Axis.ShouldBe(0);
        quantized.Block.ShouldBe(0);
        quantized.Scales.ShouldBe([0.5f, 0.6f]);
        quantized.Bits.ShouldBe(4);
        quantized.FitsI8.ShouldBeTrue();
        quantized.ToI8().ShouldBe<sbyte>([-8, -7, -6, 7, 0, -1]);
        (quantized.Least, quantized.Most).ShouldBe((-8, 7));
    }

    public static TheoryData<string> Trees => [.. Made.Keys];

    [Theory, MemberData(nameof(Trees))]
    public void Of_TreeOfIntegers_DecodesToTheSame(string tree)
    {
        WeightEncoding weight = Made[tree]();
        QuantizedWeight quantized = QuantizedWeight.Of(weight).ShouldNotBeNull();
        quantized.Scales.ShouldAllBe(s => s > 0 && float.IsFinite(s));
        quantized.ToEncoding(16).ToArray().ShouldBe(weight.ToArray());
        quantized.ToEncoding(quantized.Bits is > 8 ? 16 : quantized.Bits).ToArray().ShouldBe(weight.ToArray());
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("scaled axis 0")]
    [InlineData("codebook")]
    [InlineData("sparse")]
    [InlineData("sparse codebook")]
    [InlineData("scaled sparse codebook")]
    public void Of_TreeOfFloats_IsNull(string example) => QuantizedWeight.Of(EncodingExamples.Get(example)).ShouldBeNull();

    [Fact]
    public void Of_DenseOfWholeNumbers_IsNull() => QuantizedWeight.Of(new Dense(Shape.Of(2), new float[] { 1, 0 })).ShouldBeNull();

    [Fact]
    public void Of_CodesBeyond16Bits_IsNull() =>
        QuantizedWeight.Of(new Scaled(Scaled.WholeWeight, Scales(1), Integer.Of(Shape.Of(1), 16, [65535], 0, isSigned: false))).ShouldBeNull();

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Of_ScaleThatIsNoNumber_IsNull(float scale) =>
        QuantizedWeight.Of(new Scaled(Scaled.WholeWeight, new Dense(Shape.Of(1), new[] { scale }), EncodingExamples.Ints(8, true, 0, 2, 3))).ShouldBeNull();

    [Fact]
    public void Of_NegativeAndZeroScales_TurnsTheCodes()
    {
        var weight = new Scaled(0, new Dense(Shape.Of(3), new[] { -0.5f, 0, 2 }), Integer.Of(Shape.Of(3, 2), 8, [-128, 3, 5, 6, 7, -8], 0, isSigned: true));
        QuantizedWeight quantized = QuantizedWeight.Of(weight)!;
        quantized.Codes.ShouldBe<short>([128, -3, 0, 0, 7, -8]);
        quantized.Scales.ShouldBe([0.5f, 1, 2]);
        quantized.FitsI8.ShouldBeFalse();
    }

    private static readonly Dictionary<string, Func<WeightEncoding>> Made = new(StringComparer.Ordinal)
    {
        ["integer"] = () => EncodingExamples.Ints(3, true, 0, 4, 5),
        ["per tensor"] = () => new Scaled(Scaled.WholeWeight, Scales(1), EncodingExamples.Ints(8, true, 0, 4, 5)),
        ["per channel, 16 bits"] = () => new Scaled(1, Scales(5), EncodingExamples.Ints(16, true, 0, 4, 5)),
        ["unsigned with a zero point"] = () => new Scaled(1, Scales(5), EncodingExamples.Ints(8, false, 130, 4, 5)),
        ["blocks"] = () => new Scaled(1, EncodingExamples.Leaf(4, 2).Positive(), EncodingExamples.Ints(4, true, 0, 4, 6), 4),
        ["blocks with signs"] = () => new Scaled(0, EncodingExamples.Leaf(2, 6), EncodingExamples.Ints(4, true, 0, 4, 6), 3),
        ["scaled sparse"] = () => new Scaled(0, Scales(4), EncodingExamples.Some(2, n => EncodingExamples.Ints(8, true, 0, n), null, 4, 5)),
        ["sparse scaled"] = () => EncodingExamples.Some(2, n => new Scaled(Scaled.WholeWeight, Scales(1), EncodingExamples.Ints(8, true, 0, n)), null, 4, 5),
        ["codebook of a scaled table"] = () => new Codebook(Shape.Of(6, 5), EncodingExamples.Book(5, 6, 5).Indices, new Scaled(Scaled.WholeWeight, Scales(1), EncodingExamples.Ints(8, true, 0, 5))),
        ["sparse codebook of a scaled table"] = () => EncodingExamples.Get("sparse codebook with scaled integer table"),
        ["scaled ternary codebook"] = () => new Scaled(0, Scales(6), Codebook.Of(Shape.Of(6, 2), [0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0], [-1, 0, 1])),
    };

    private static Dense Scales(int count) => new(Shape.Of(count), Enumerable.Range(0, count).Select(i => 0.5f + 0.1f * i).ToArray());
}

internal static class Leaves
{
    public static Dense Positive(this Dense leaf) => new(leaf.Shape, Array.ConvertAll(leaf.ToArray(), v => MathF.Abs(v) + 0.01f));
}
