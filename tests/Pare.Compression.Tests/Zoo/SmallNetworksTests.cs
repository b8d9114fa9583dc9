using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Inspection;
using Pare.Operators;

namespace Pare.Compression.Tests.Zoo;

/// <summary>The networks for 32 x 32 pictures against sums by hand: weights times output pixels, layer by layer.</summary>
public class SmallNetworksTests
{
    [Fact]
    public void Outline_OfTheMobileNet_IsTheSumOfItsLayers()
    {
        // 3 x 3 on 3 channels at 32 x 32; then depthwise 9 c and pointwise c c' at 16 x 16, 8 x 8 and 4 x 4; then 320 x 10.
        long macs = 27 * 32 * 1024
            + (9 * 32 + 32 * 64 + 9 * 64 + 64 * 96) * 256
            + (9 * 96 + 96 * 160 + 3 * (9 * 160 + 160 * 160)) * 64
            + (9 * 160 + 160 * 320 + 9 * 320 + 320 * 320) * 16
            + 3200;
        // The same weights once, two numbers of batch norm for each channel that a convolution makes, and the biases of the classes.
        long parameters = 27 * 32 + 9 * (32 + 64 + 96 + 3 * 160 + 160 + 320) + 32 * 64 + 64 * 96 + 96 * 160 + 3 * 160 * 160 + 160 * 320 + 320 * 320
            + 2 * (32 + (32 + 64) + (64 + 96) + (96 + 160) + 3 * 320 + (160 + 320) + 640) + 3210;
        Counts("mobilenet-cifar").ShouldBe((parameters, macs));
        macs.ShouldBe(11_963_008);
    }

    [Fact]
    public void Outline_OfItsPlainCounterpart_IsTheSumOfItsLayers()
    {
        long macs = 27 * 32 * 1024 + 9 * ((32 * 64 + 64 * 96) * 256 + (96 * 160 + 3 * 160 * 160) * 64 + (160 * 320 + 320 * 320) * 16) + 3200;
        Counts("mobilenet-cifar", "plain=true").Macs.ShouldBe(macs);
    }

    [Fact]
    public void Outline_OfTheSqueezeNet_IsTheSumOfItsLayers()
    {
        // A fire module of s: c s to squeeze, 2 s s and 9 times that to expand, 4 s channels out.
        static long Fire(long entry, long squeeze) => entry * squeeze + 20 * squeeze * squeeze;
        long macs = 27 * 32 * 1024 + (Fire(32, 16) + Fire(64, 16)) * 256 + (Fire(64, 32) + Fire(128, 32) + Fire(128, 48)) * 64 + Fire(192, 64) * 16 + 2560 * 16;
        Counts("squeezenet-cifar").Macs.ShouldBe(macs);
    }

    [Fact]
    public void Outline_OfTheShuffleNet_IsTheSumOfItsLayers()
    {
        // A halving unit reads c channels at four times its pixels: h of each branch's last, the first 1 x 1 of the second at full size.
        static long Halving(long c, long h, long pixels) => (9 * c + c * h) * pixels + c * h * 4 * pixels + (9 * h + h * h) * pixels;
        static long Unit(long h, long pixels) => (9 * h + 2 * h * h) * pixels;
        long macs = 27 * 24 * 1024 + Halving(24, 32, 256) + 2 * Unit(32, 256) + Halving(64, 64, 64) + 3 * Unit(64, 64)
            + Halving(128, 128, 16) + Unit(128, 16) + 256 * 512 * 16 + 5120;
        Counts("shufflenet-cifar").Macs.ShouldBe(macs);
    }

    [Theory]
    [InlineData("mobilenet-cifar")]
    [InlineData("squeezenet-cifar")]
    [InlineData("shufflenet-cifar")]
    public void Outline_OfASmallNetwork_HasSixToTwelveMillionMacs(string name) => Counts(name).Macs.ShouldBeInRange(6_000_000, 12_000_000);

    [Fact]
    public void Outline_EachSeparableBlock_IsAtLeastSevenAndAHalfTimesCheaperThanItsPlainForm()
    {
        LayerProfile[] separable = Convolutions(""), plain = Convolutions("plain=true");
        separable.Length.ShouldBe(2 * plain.Length - 1);
        for (int block = 1; block < plain.Length; block++)
        {
            LayerProfile depthwise = separable[2 * block - 1], pointwise = separable[2 * block];
            (depthwise.Node.Operator.ShouldBeOfType<Conv>().Groups, pointwise.Node.Operator.ShouldBeOfType<Conv>().Groups).ShouldBe((depthwise.Output!.Shape[1].Value is { } c ? (int)c : 0, 1));
            pointwise.Output!.ShouldBe(plain[block].Output);
            ((double)plain[block].Macs / (depthwise.Macs + pointwise.Macs)).ShouldBeGreaterThanOrEqualTo(7.5, plain[block].Node.Name);
        }
    }

    [Fact]
    public void Outline_Width_ScalesTheChannels()
    {
        Outline("mobilenet-cifar", "width=0.5").Weights["layer8.pw.conv.weight"].Shape.ShouldBe(Shape.Of(160, 160, 1, 1));
        Outline("squeezenet-cifar", "width=2").Weights["fire2.squeeze.conv.weight"].Shape.ShouldBe(Shape.Of(32, 64, 1, 1));
        Outline("shufflenet-cifar", "width=0.5").Weights["conv5.conv.weight"].Shape.ShouldBe(Shape.Of(256, 128, 1, 1));
    }

    private static LayerProfile[] Convolutions(string setting) =>
        [.. Profile.Of(Outline("mobilenet-cifar", setting)).Layers.Where(l => l.Node.Operator is Conv)];

    private static (long Parameters, long Macs) Counts(string name, string setting = "")
    {
        var profile = Profile.Of(Outline(name, setting));
        return (profile.Parameters, profile.Macs);
    }

    private static Model Outline(string name, string setting)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(name);
        string[] pair = setting.Split('=', StringSplitOptions.RemoveEmptyEntries);
        KeyValuePair<string, string>[] values = pair.Length == 2 ? [KeyValuePair.Create(pair[0], pair[1])] : [];
        return architecture.Outline(SettingsBinder.Bind(architecture.Defaults, values, "the test"));
    }
}
