using Pare.Cli.Output;

namespace Pare.EndToEnd.Tests.Cli;

public class UnitsTests
{
    [Theory]
    [InlineData(0.0000005, "0.50 us")]
    [InlineData(0.000123, "123 us")]
    [InlineData(0.00234, "2.34 ms")]
    [InlineData(0.0456, "45.6 ms")]
    [InlineData(1.5, "1.50 s")]
    [InlineData(75, "1 min 15 s")]
    public void Time_OfAnySize_HasThreeDigits(double seconds, string text) => Units.Time(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    [Theory]
    [InlineData(1, "1.0x")]
    [InlineData(39.24, "39.2x")]
    [InlineData(1513.4, "1,513x")]
    public void Ratio_OfAnySize_IsShort(double ratio, string text) => Units.Ratio(ratio).ShouldBe(text);

    [Fact]
    public void Percent_OfAFraction_HasTwoDecimals() => Units.Percent(0.0074).ShouldBe("0.74 %");
}
