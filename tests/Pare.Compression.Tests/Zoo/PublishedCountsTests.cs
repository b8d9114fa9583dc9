using Pare.Compression.Settings;
using Pare.Compression.Zoo;
using Pare.Inspection;
using Pare.Passes;

namespace Pare.Compression.Tests.Zoo;

/// <summary>Parameters (without running statistics) and MACs (convolutions and fully connected layers, batch 1), to the last unit.</summary>
public class PublishedCountsTests
{
    [Theory]
    [InlineData("lenet-300-100", "", 266_610, 266_200)]
    [InlineData("lenet-5", "", 431_080, 2_293_000)]
    [InlineData("lenet-5-classic", "", 61_706, 416_520)]
    [InlineData("alexnet-caffe", "", 60_965_224, 724_406_816)]
    [InlineData("alexnet", "", 61_100_840, 714_188_480)]
    [InlineData("vgg-16", "", 138_357_544, 15_470_264_320)]
    [InlineData("vgg-19", "", 143_667_240, 19_632_062_464)]
    [InlineData("googlenet", "", 6_998_552, 1_582_671_872)]
    [InlineData("googlenet-torchvision", "", 6_624_904, 1_498_376_192)]
    [InlineData("inception-v3", "", 23_834_568, 5_713_216_096)]
    [InlineData("resnet-18", "", 11_689_512, 1_814_073_344)]
    [InlineData("resnet-34", "", 21_797_672, 3_663_761_408)]
    [InlineData("resnet-50", "", 25_557_032, 4_089_184_256)]
    [InlineData("squeezenet-1.0", "", 1_248_424, 818_924_576)]
    [InlineData("squeezenet-1.1", "", 1_235_496, 349_151_936)]
    [InlineData("mobilenet-v1", "", 4_231_976, 568_740_352)]
    [InlineData("mobilenet-v1", "width=0.75", 2_585_560, 325_400_448)]
    [InlineData("mobilenet-v1", "width=0.5", 1_331_592, 149_497_088)]
    [InlineData("mobilenet-v1", "width=0.25", 470_072, 41_030_272)]
    [InlineData("mobilenet-v1", "resolution=192", 4_231_976, 418_121_728)]
    [InlineData("mobilenet-v1", "resolution=160", 4_231_976, 290_675_200)]
    [InlineData("mobilenet-v1", "resolution=128", 4_231_976, 186_400_768)]
    [InlineData("mobilenet-v2", "", 3_504_872, 300_774_272)]
    [InlineData("shufflenet-v1", "groups=1", 1_531_936, 143_078_976)]
    [InlineData("shufflenet-v1", "groups=2", 1_733_848, 140_836_512)]
    [InlineData("shufflenet-v1", "", 1_865_728, 137_460_672)]
    [InlineData("shufflenet-v1", "groups=4", 1_968_344, 134_339_776)]
    [InlineData("shufflenet-v1", "groups=8", 2_434_768, 138_365_952)]
    [InlineData("shufflenet-v1", "width=0.5", 718_324, 37_589_856)]
    [InlineData("shufflenet-v1", "width=1.5", 3_442_168, 292_443_552)]
    [InlineData("shufflenet-v1", "width=2", 5_450_776, 524_045_184)]
    [InlineData("shufflenet-v2", "", 2_278_604, 144_907_992)]
    [InlineData("shufflenet-v2", "width=0.5", 1_366_792, 40_476_448)]
    [InlineData("resnet-20", "", 269_722, 40_551_040)]
    [InlineData("resnet-32", "", 464_154, 68_862_592)]
    [InlineData("resnet-56", "", 853_018, 125_485_696)]
    [InlineData("resnet-110", "", 1_727_962, 252_887_680)]
    [InlineData("vgg-16-cifar", "", 14_728_266, 313_201_664)]
    [InlineData("vgg-small", "", 4_661_898, 607_600_640)]
    public void Outline_OfEachArchitecture_HasThePublishedCounts(string name, string setting, long parameters, long macs)
    {
        var profile = Profile.Of(Outline(name, setting));
        (profile.Parameters, profile.Macs).ShouldBe((parameters, macs));
    }

    [Theory]
    [InlineData("resnet-8", 77_706, 12_501_632)]
    [InlineData("ds-cnn", 22_604, 2_656_768)]
    [InlineData("mobilenet-v1-0.25-96", 210_850, 7_489_664)]
    [InlineData("deep-autoencoder", 265_864, 264_192)]
    public void Outline_OfMlPerfTiny_HasThePublishedCountsOnceBatchNormsAreFolded(string name, long parameters, long macs)
    {
        var profile = Profile.Of(FoldBatchNorm.Apply(Outline(name, "")));
        (profile.Parameters, profile.Macs).ShouldBe((parameters, macs));
    }

    // Not among the anchors: the counts that the authors or the usual implementations name.
    [Theory]
    [InlineData("nin", 966_986)]
    [InlineData("vgg-11", 132_863_336)]
    [InlineData("resnet-101", 44_549_160)]
    public void Outline_OfTheOthers_HasTheKnownParameters(string name, long parameters) => Profile.Of(Outline(name, "")).Parameters.ShouldBe(parameters);

    private static Model Outline(string name, string setting)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(name);
        string[] pair = setting.Split('=', StringSplitOptions.RemoveEmptyEntries);
        KeyValuePair<string, string>[] values = pair.Length == 2 ? [KeyValuePair.Create(pair[0], pair[1])] : [];
        return architecture.Outline(SettingsBinder.Bind(architecture.Defaults, values, "the test"));
    }
}
