using Pare.Compression.Methods;

namespace Pare.Compression.Tests;

public class RecipeDraftTests
{
    private const string Yaml = """
        seed: 4
        train: {batch-size: 32}
        steps:
          - {method: prune.magnitude, density: {conv*: 0.4, default: 0.1}}
          - {method: cluster.kmeans, bits: 5, retrain: {epochs: 2}}
        """;

    [Fact]
    public void Read_Edits_TakeThePlaceOfWhatIsWritten()
    {
        RecipeDraft draft = RecipeDraft.OfYaml(Yaml);
        Recipe recipe = draft.Read(new SettingEdit(0, "density", "0.2"), new SettingEdit(1, "retrain.learning-rate", "0.5"), new SettingEdit(1, "bits", "3"));
        recipe.Seed.ShouldBe(4UL);
        recipe.Steps[0].Overrides.ShouldBeEmpty();
        ((PruningSettings)recipe.Steps[0].Settings).Density.ShouldBe(0.2);
        ((KMeansSettings)recipe.Steps[1].Settings).Bits.ShouldBe(3);
        (recipe.Steps[1].Retrain!.Epochs, recipe.Steps[1].Retrain!.LearningRate, recipe.Steps[1].Retrain!.BatchSize).ShouldBe((2, 0.5, 32));
        draft.Read().ToYaml().ShouldBe(Recipe.Parse(Yaml).ToYaml());
    }

    [Fact]
    public void Read_Edit_CompletesAnArgument()
    {
        RecipeDraft draft = RecipeDraft.OfArguments(["prune.magnitude"]);
        Should.Throw<RecipeException>(() => draft.Read()).Message.ShouldContain("one of 'sparsity'");
        draft.Read(new SettingEdit(0, "sparsity", "0.5"), new SettingEdit(0, "retrain.epochs", "3")).Steps[0].Retrain!.Epochs.ShouldBe(3);
    }

    [Fact]
    public void Read_WrongEdit_IsAFaultOfItsStep() => Should.Throw<RecipeException>(() => RecipeDraft.OfYaml(Yaml).Read(new SettingEdit(1, "bits", "99")))
        .Message.ShouldBe("recipe:5:5: 'bits' is '99'; it must be an integer from 1 to 16 (bits).");

    [Fact]
    public void Written_OfWhatIsThere_IsItsText()
    {
        RecipeDraft draft = RecipeDraft.OfYaml(Yaml);
        draft.Written(1, "bits").ShouldBe("5");
        draft.Written(1, "retrain.epochs").ShouldBe("2");
        draft.Written(0, "density").ShouldBe("a group");
        draft.Written(0, "retrain.epochs").ShouldBeNull();
    }

    [Theory]
    [InlineData("steps: [{method: nothing}]")]
    [InlineData("steps: 3")]
    [InlineData("seed: 1")]
    [InlineData("{")]
    public void Methods_OfABadText_Throws(string yaml) => Should.Throw<RecipeException>(() => RecipeDraft.OfYaml(yaml).Methods);
}
