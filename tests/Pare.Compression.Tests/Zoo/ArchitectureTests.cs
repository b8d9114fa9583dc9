using Pare.Compression.Zoo;
using Pare.Inspection;

namespace Pare.Compression.Tests.Zoo;

public class ArchitectureTests
{
    [Theory]
    [InlineData("lenet-300-100", 266_610, 266_200)]
    [InlineData("lenet-5", 431_080, 2_293_000)]
    [InlineData("resnet-20", 269_722, 40_551_040)]
    [InlineData("resnet-32", 464_154, 68_862_592)]
    [InlineData("resnet-56", 853_018, 125_485_696)]
    [InlineData("resnet-110", 1_727_962, 252_887_680)]
    [InlineData("vgg-small", 4_661_898, 607_600_640)]
    [InlineData("vgg-16-cifar", 14_728_266, 313_201_664)]
    [InlineData("vgg-16", 138_357_544, 15_470_264_320)]
    public void Build_Defaults_HasThePublishedCounts(string name, long parameters, long macs)
    {
        Model model = ArchitectureCatalog.Default.Get(name).Build();
        var profile = Profile.Of(model);
        (profile.Parameters, profile.Macs).ShouldBe((parameters, macs));
    }

    [Fact]
    public void Build_ResNet8_HasThePublishedCountsOnceBatchNormsAreFolded()
    {
        Model model = ArchitectureCatalog.Default.Get("resnet-8").Build();
        long norms = model.Weights.Where(w => w.Key.Contains("bn", StringComparison.Ordinal)).Sum(w => (long)w.Value.Length);
        (model.Weights.Values.Sum(w => (long)w.Length) - norms).ShouldBe(77_706);
        Profile.Of(model).Macs.ShouldBe(12_501_632);
    }

    [Fact]
    public void Build_SameSeed_GivesTheSameWeightsAndAnotherSeedOthers()
    {
        Architecture lenet = ArchitectureCatalog.Default.Get("lenet-300-100");
        Model a = lenet.Build(seed: 3), b = lenet.Build(seed: 3), c = lenet.Build(seed: 4);
        a.Weights["fc1.weight"].ToArray().ShouldBe(b.Weights["fc1.weight"].ToArray());
        a.Weights["fc1.weight"].ToArray().ShouldNotBe(c.Weights["fc1.weight"].ToArray());
        a.Weights["fc1.weight"].ToArray().Max().ShouldBe((float)Math.Sqrt(6.0 / 784), 1e-4f);
    }

    [Fact]
    public void Build_OptionOutOfRange_IsARecipeExceptionThatNamesIt() =>
        Should.Throw<RecipeException>(() => ArchitectureCatalog.Default.Get("vgg-16").Build(new VggSettings { Width = 0 })).Message.ShouldContain("Width is 0");

    [Fact]
    public void Build_OptionsOfAnother_IsAnArgumentException() =>
        Should.Throw<ArgumentException>(() => ArchitectureCatalog.Default.Get("vgg-16").Build(new ArchitectureSettings()));

    [Fact]
    public void Build_NarrowVgg_HasFewerParametersAndItsClasses()
    {
        Model model = ArchitectureCatalog.Default.Get("vgg-16-cifar").Build(new VggSettings { Width = 0.125, Classes = 7, Dropout = 0.5 });
        model.Types["logits"].Shape[1].Value.ShouldBe(7);
        model.Weights["conv1.weight"].Shape.ShouldBe(Shape.Of(8, 3, 3, 3));
        model.Nodes.Count(n => n.Operator.Name == "Dropout").ShouldBe(1);
    }

    [Fact]
    public void Names_All_AreKebabCase() => ArchitectureCatalog.Default.ShouldAllBe(a => a.Name.All(c => char.IsLower(c) || char.IsDigit(c) || c == '-'));
}
