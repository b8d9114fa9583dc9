using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Debugging;

namespace Pare.Compression.Tests.Quantization;

public class QuantizationVerdictsTests
{
    private static readonly ActivationDiagnosis Result = new("v", 8, 0.01, 0, new(0, 2.5f), new(0, 2.55f), 0, 0, 1, 2.4, []);

    private static readonly WeightDiagnosis Weight = new("w", 8, WeightGranularity.Channel, 0.01, 0.02, new(-1, 1), new(-1, 1), 0, 0.9, 3, 0.9999, 1, 0, 0, 1, false);

    private static string Of(ActivationDiagnosis result) => Only(new NodeDiagnosis { Name = "conv", Operator = "Conv", Result = result, Alone = 10, ResultAlone = 10 });

    private static string Of(WeightDiagnosis weight) => Only(new NodeDiagnosis { Name = "conv", Operator = "Conv", Weight = weight, Alone = 10, WeightAlone = 10 });

    private static string Only(NodeDiagnosis node) => QuantizationVerdicts.Of(node) is [var only] ? only : "";

    [Fact]
    public void Of_GoodNode_SaysNothing()
    {
        Of(Result).ShouldBe("");
        Of(Weight).ShouldBe("");
        Only(new NodeDiagnosis { Name = "conv", Operator = "Conv", Result = Result with { ClippedHigh = 0.1 }, Alone = 40, ResultAlone = 40 }).ShouldBe("");
    }

    [Fact]
    public void Of_ClippedValues_SaysRecalibrate() =>
        Of(Result with { Seen = new(-8, 9), Represented = new(-3, 3), ClippedLow = 0.05, ClippedHigh = 0.07 })
            .ShouldBe("range of [-3, 3] cuts off 12 % of the values, which reach from [-8, 9]: recalibrate (calibration=minmax)");

    [Fact]
    public void Of_RangeBesideTheValues_SaysZeroPoint() => Of(Result with { Represented = new(-1.2f, 1.35f), ClippedHigh = 0.2 }).ShouldContain("zero point");

    [Fact]
    public void Of_RangeMuchWider_SaysHowManyTimes() => Of(Result with { Represented = new(0, 100), CodesUsed = 0.03 }).ShouldContain("40 times wider than the values");

    [Fact]
    public void Of_FewFarValues_SaysPercentile() => Of(Result with { Bulk = 0.1 }).ShouldContain("25 times further than 99.9 %");

    [Fact]
    public void Of_NarrowResult_SaysActivationBits() => Of(Result with { Bits = 4 }).ShouldContain("activation-bits=8");

    [Fact]
    public void Of_WrongScale_SaysFactor()
    {
        Of(Weight with { Gain = 10 }).ShouldContain("10 times too large");
        Of(Weight with { Gain = 0.1 }).ShouldContain("10 times too small");
        Of(Weight with { OddChannel = 7, OddGain = 5, Correlation = 0.5 }).ShouldContain("scale of channel 7");
        Of(Weight with { OddChannel = 7, OddGain = -1 }).ShouldContain("wrong sign");
    }

    [Fact]
    public void Of_OneScaleForFarChannels_SaysPerChannel()
    {
        Of(Weight with { Granularity = WeightGranularity.Tensor, ChannelRatio = 200 }).ShouldBe("one scale for channels that differ 200-fold: per=channel, or quantize.equalize first");
        Of(Weight with { ChannelRatio = 200 }).ShouldContain("quantize.equalize");
    }

    [Fact]
    public void Of_ClippedWeights_SaysMaxUnlessFewBitsWantIt()
    {
        Of(Weight with { Clipped = 0.05 }).ShouldContain("weight-scale=max");
        Of(Weight with { Bits = 3, Clipped = 0.05 }).ShouldStartWith("3 bits are too few");
        Of(Weight with { Bits = 3, Clipped = 0.5 }).ShouldContain("cut off 50 %");
    }

    [Fact]
    public void Of_NarrowWeights_SaysMoreBits() => Of(Weight with { Bits = 4, Correlation = 0.97 }).ShouldBe("4 bits are too few here: more bits (weight-bits={conv: 8, default: 4}) or rounding=adaround");

    [Fact]
    public void Of_ShiftedWeights_SaysZeroPoint() => Of(Weight with { Shift = 0.3, Correlation = 0.95 }).ShouldContain("zero point");

    [Fact]
    public void Of_ClippedWeights_SaysScale() => Of(Weight with { Clipped = 0.2 }).ShouldContain("cut off 20 % of the weights");

    [Fact]
    public void Of_OtherWeights_SaysSo()
    {
        Of(Weight with { Rearranged = true, Correlation = 0 }).ShouldContain("another order");
        Of(Weight with { Correlation = 0.1 }).ShouldContain("not the float network's");
    }

    [Fact]
    public void Of_SeveralFaults_TheWorstPartFirst()
    {
        var node = new NodeDiagnosis { Name = "conv", Operator = "Conv", Weight = Weight with { Gain = 10 }, Result = Result with { Bits = 4 }, Alone = 3, WeightAlone = 20, ResultAlone = 5, BiasAlone = 10 };
        QuantizationVerdicts.Of(node).Select(v => v.Split(' ')[0]).ShouldBe(["4", "bias", "the"]);
        QuantizationVerdicts.Of(node with { Alone = double.NegativeInfinity }).ShouldHaveSingleItem().ShouldContain("not finite");
    }
}
