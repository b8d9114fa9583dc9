using Pare.Compression.Methods;

namespace Pare.Compression.Tests;

public class LayerSelectorTests
{
    private static readonly Model Network = FakeNetworks.LeNet();

    private static string Select(params string[] patterns) => string.Join(' ', LayerSelector.Select(Network, patterns).Select(l => l.Weight));

    [Theory]
    [InlineData("", "conv1.weight conv2.weight fc1.weight fc2.weight")]
    [InlineData("conv*", "conv1.weight conv2.weight")]
    [InlineData("@Gemm", "fc1.weight fc2.weight")]
    [InlineData("@kernels", "conv1.weight conv2.weight fc1.weight fc2.weight")]
    [InlineData("!fc*", "conv1.weight conv2.weight")]
    [InlineData("*.weight,!conv?", "fc1.weight fc2.weight")]
    [InlineData("conv1.bias", "conv1.bias")]
    [InlineData("*.bias", "conv1.bias conv2.bias bn2.bias fc1.bias fc2.bias")]
    [InlineData("bn2*", "bn2.weight bn2.bias")]
    [InlineData("@BatchNormalization", "bn2.weight bn2.bias")]
    [InlineData("fc2,conv1", "conv1.weight fc2.weight")]
    [InlineData("@vectors,!bn*", "conv1.bias conv2.bias fc1.bias fc2.bias")]
    public void Select_Patterns_ChooseLayers(string patterns, string expected) =>
        Select(patterns.Split(',', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(expected);

    [Fact]
    public void Select_PatternsThatMatchNothing_ListsAllOfThemAndTheLayers()
    {
        string message = Should.Throw<RecipeException>(() => Select("cnv1", "!x*", "fc1")).Message;
        message.ShouldContain("'cnv1' matches nothing. Did you mean 'conv1'?");
        message.ShouldContain("'!x*' matches nothing");
        message.ShouldContain("Layers: conv1.weight, conv2.weight, fc1.weight, fc2.weight, conv1.bias");
    }

    [Fact]
    public void Select_NothingLeft_Throws() => Should.Throw<RecipeException>(() => Select("fc1", "!fc1")).Message.ShouldContain("leave no layer");

    [Fact]
    public void Layers_Overrides_FirstMatchCounts()
    {
        RecipeStep step = Recipe.Parse("steps: [{method: cluster.kmeans, bits: {conv1: 7, conv*: 8, default: 4}}]").Steps[0];
        Layers layers = step.ChooseLayers(Network);
        layers.Select(l => layers.SettingsOf<KMeansSettings>(l).Bits).ShouldBe([7, 8, 4, 4]);
    }

    [Fact]
    public void Layers_OverrideThatMatchesNothing_Throws()
    {
        RecipeStep step = Recipe.Parse("steps: [{method: cluster.kmeans, layers: fc*, bits: {conv1: 7}}]").Steps[0];
        Should.Throw<RecipeException>(() => step.ChooseLayers(Network)).Message.ShouldContain("The pattern 'conv1' of 'bits' matches none of the step's layers: fc1.weight, fc2.weight.");
    }

    [Fact]
    public void Layers_LayerWithoutTarget_IsNamed()
    {
        RecipeStep step = Recipe.Parse("steps: [{method: prune.magnitude, density: {conv*: 0.5}}]").Steps[0];
        string message = Should.Throw<RecipeException>(() => step.ChooseLayers(Network)).Message;
        message.ShouldContain("Layer 'fc1': say how much to prune");
        message.ShouldNotContain("Layer 'conv1'");
    }
}
