using Pare.Compression.Zoo;
using Pare.Operators;

namespace Pare.Compression.Tests.Zoo;

public class ArchitectureTests
{
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
    public void Build_DepthwiseWeights_StartByTheNumbersThatOneOutputSees()
    {
        Model model = ArchitectureCatalog.Default.Get("mobilenet-v1-0.25-96").Build();
        model.Weights["layer13.dw.conv.weight"].ToArray().Max().ShouldBe((float)Math.Sqrt(6.0 / 9), 1e-2f);
        model.Weights["layer13.pw.conv.weight"].ToArray().Max().ShouldBe((float)Math.Sqrt(6.0 / 256), 1e-3f);
    }

    [Fact]
    public void Outline_OfAnArchitecture_DiffersFromTheNetworkInItsWeightsAlone()
    {
        Architecture resnet = ArchitectureCatalog.Default.Get("resnet-8");
        Model outline = resnet.Outline(), model = resnet.Build();
        outline.Nodes.Select(n => (n.Operator, string.Join(",", n.Inputs))).ShouldBe(model.Nodes.Select(n => (n.Operator, string.Join(",", n.Inputs))));
        outline.Weights.ToDictionary(w => w.Key, w => w.Value.Shape).ShouldBe(model.Weights.ToDictionary(w => w.Key, w => w.Value.Shape), ignoreOrder: true);
        outline.Weights["conv1.weight"].ToArray().ShouldAllBe(v => v == 0);
        outline.Weights["bn1.running_var"].ToArray().ShouldAllBe(v => v == 1);
    }

    [Fact]
    public void Build_OptionOutOfRange_IsARecipeExceptionThatNamesIt() =>
        Should.Throw<RecipeException>(() => ArchitectureCatalog.Default.Get("vgg-16").Build(new WidthSettings { Width = 0 })).Message.ShouldContain("Width is 0");

    [Theory]
    [InlineData("shufflenet-v1", "Groups is 5; expected 1, 2, 3, 4 or 8.")]
    [InlineData("shufflenet-v2", "Width is 0.7; expected 0.5, 1, 1.5 or 2.")]
    public void Build_OptionBetweenThoseThatExist_IsARecipeExceptionThatListsThem(string name, string fault)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(name);
        ArchitectureSettings settings = architecture.Defaults is ShuffleNetSettings shuffle
            ? shuffle with { Groups = 5 }
            : (WidthSettings)architecture.Defaults with { Width = 0.7 };
        Should.Throw<RecipeException>(() => architecture.Outline(settings)).Message.ShouldContain(fault);
    }

    [Fact]
    public void Build_OptionsOfAnother_IsAnArgumentException() =>
        Should.Throw<ArgumentException>(() => ArchitectureCatalog.Default.Get("vgg-16").Build(new ClassifierSettings()));

    [Fact]
    public void Build_PictureTooSmall_NamesTheLayerAndTheInput() =>
        Should.Throw<RecipeException>(() => ArchitectureCatalog.Default.Get("inception-v3").Outline(new DropoutSettings { Resolution = 40 }))
            .Message.ShouldContain("the input of inception-v3 is 3 x 40 x 40");

    [Fact]
    public void Build_NarrowVgg_HasFewerParametersAndItsClasses()
    {
        Architecture vgg = ArchitectureCatalog.Default.Get("vgg-16-cifar");
        Model model = vgg.Build((WidthSettings)vgg.Defaults with { Width = 0.125, Classes = 7, Dropout = 0.5 });
        model.Types["logits"].Shape[1].Value.ShouldBe(7);
        model.Weights["conv1.weight"].Shape.ShouldBe(Shape.Of(8, 3, 3, 3));
        model.Nodes.Count(n => n.Operator.Name == "Dropout").ShouldBe(1);
    }

    [Theory]
    [InlineData("squeezenet-1.0", SqueezeNetBypass.Simple, 4, 1_248_424)]
    [InlineData("squeezenet-1.1", SqueezeNetBypass.Complex, 8, 1_572_648)]
    public void Build_SqueezeNetWithBypass_AddsShortcuts(string name, SqueezeNetBypass bypass, int adds, long parameters)
    {
        Architecture squeezenet = ArchitectureCatalog.Default.Get(name);
        Model model = squeezenet.Outline((SqueezeNetSettings)squeezenet.Defaults with { Bypass = bypass });
        model.Nodes.Count(n => n.Operator is Binary).ShouldBe(adds);
        model.Weights.Values.Sum(w => (long)w.Length).ShouldBe(parameters);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(1.5)]
    [InlineData(2)]
    public void Build_ShuffleNetOfAnyWidth_TakesAllItsGroups(double width)
    {
        Architecture shufflenet = ArchitectureCatalog.Default.Get("shufflenet-v1");
        foreach (int groups in new[] { 1, 2, 3, 4, 8 })
        {
            Model model = shufflenet.Outline((ShuffleNetSettings)shufflenet.Defaults with { Width = width, Groups = groups, Resolution = 32, Classes = 3 });
            model.Nodes.Select(n => n.Operator).OfType<Conv>().ShouldContain(c => c.Groups == groups);
            model.Types["logits"].Shape[1].Value.ShouldBe(3);
        }
    }

    [Fact]
    public void Names_All_AreKebabCase() =>
        ArchitectureCatalog.Default.ShouldAllBe(a => a.Name.All(c => char.IsLower(c) || char.IsDigit(c) || c == '-' || c == '.'));
}
