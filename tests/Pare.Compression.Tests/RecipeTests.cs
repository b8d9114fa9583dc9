using Pare.Compression.Methods;
using Pare.Formats.Container;

namespace Pare.Compression.Tests;

public class RecipeTests
{
    internal const string DeepCompression = """
        name: deep compression
        seed: 7
        data: mnist
        preprocessing: {scale: 0.00392156, mean: [0.1307], std: [0.3081]}
        train: {epochs: 12, learning-rate: 0.02}
        steps:
          - method: prune.magnitude
            layers: [conv*, fc1, "!conv2"]
            density: {conv1: 66%, default: 0.08}
            index-bits: {conv*: 8, default: 5}
            retrain: {epochs: 3}
          - method: cluster.kmeans
            bits: {conv*: 8, default: 5}
            rate: 0.001
          - method: retrain
            epochs: 2
          - method: prune.magnitude
            layers: fc1
            sparsity: 0.95
            schedule: gradual
            rounds: 4
            between: {epochs: 1}
        container: {index-bits: 6}
        """;

    [Fact]
    public void Parse_WholeRecipe_IsRead()
    {
        Recipe recipe = Recipe.Parse(DeepCompression);
        recipe.Name.ShouldBe("deep compression");
        recipe.Seed.ShouldBe(7UL);
        recipe.Data.ShouldBe("mnist");
        recipe.Preprocessing!.Mean.ShouldBe([0.1307f]);
        recipe.Steps.Length.ShouldBe(4);
        recipe.Steps[0].Layers.ShouldBe(["conv*", "fc1", "!conv2"]);
        recipe.Steps[0].Settings.ShouldBeOfType<PruningSettings>().Density.ShouldBe(0.08);
        recipe.Steps[0].Overrides[0].Value.ShouldBe(0.66);
        recipe.Steps[0].Retrain!.Epochs.ShouldBe(3);
        recipe.Steps[0].Retrain!.LearningRate.ShouldBe(0.02); // from "train"
        recipe.Steps[2].Settings.ShouldBeOfType<RetrainSettings>().Training!.Epochs.ShouldBe(2);
        recipe.Steps[3].Settings.ShouldBeOfType<PruningSettings>().Between!.LearningRate.ShouldBe(0.02);
        recipe.Container.Entropy.ShouldBe(EntropyCoding.Huffman);
        recipe.Container.IndexBits.ShouldBe(6);
        recipe.Needs.ShouldBe(MethodNeeds.Training);
    }

    [Fact]
    public void ToYaml_ReadBack_IsTheSame()
    {
        string once = Recipe.Parse(DeepCompression).ToYaml();
        Recipe.Parse(once).ToYaml().ShouldBe(once);
        once.ShouldContain("density: {conv1: 0.66, default: 0.08}");
        once.ShouldContain("retrain: {epochs: 3}");
        Recipe.Parse(once).Steps[0].Retrain.ShouldBe(Recipe.Parse(DeepCompression).Steps[0].Retrain);
    }

    [Fact]
    public void Parse_ManyFaults_ListsAllWithLineAndColumn()
    {
        const string Text = """
            nam: x
            seed: -1
            steps:
              - method: prune.magnitud
              - method: prune.magnitude
                sparsity: 1.5
                layers: []
                retrain: {epochz: 3}
              - method: cluster.kmeans
                bits: {conv*: 20, default: 5}
                start: lineer
              - method: prune.magnitude
              - layers: conv1
            """;
        string[] lines = Should.Throw<RecipeException>(() => Recipe.Parse(Text, "r.yaml")).Message.Split('\n');
        lines.Select(l => string.Join(':', l.Split(':').Take(3))).ShouldBe(
            ["r.yaml:1:1", "r.yaml:2:7", "r.yaml:4:13", "r.yaml:6:15", "r.yaml:8:15", "r.yaml:10:19", "r.yaml:11:12", "r.yaml:12:5", "r.yaml:13:5"]);
        lines[0].ShouldContain("Did you mean 'name'?");
        lines[2].ShouldContain("Did you mean 'prune.magnitude'?");
        lines[4].ShouldContain("Did you mean 'epochs'?");
        lines[5].ShouldContain("an integer from 1 to 16 (bits)");
        lines[7].ShouldContain("one of 'sparsity', 'density' and 'threshold' is needed");
    }

    [Theory]
    [InlineData("steps: [{method: retrain}, {method: retrain}", "not YAML")]
    [InlineData("a: &x [1]\nsteps: *x", "aliases are not allowed")]
    [InlineData("steps:\n  - method: cluster.kmeans\n    layers: [!fc3]", "needs quotes")]
    [InlineData("steps:\n  - method: cluster.kmeans\n    layers: [*.bias]", "quotes")]
    [InlineData("steps:\n  - method: retrain\nsteps: []", "'steps' stands twice")]
    [InlineData("- a\n- b", "A recipe is a list of names and values")]
    [InlineData("", "empty")]
    [InlineData("name: x", "A recipe needs 'steps:'")]
    [InlineData("steps: []", "A recipe needs 'steps:'")]
    [InlineData("steps:\n - method: retrain\n   layers: conv1", "whole model")]
    [InlineData("steps:\n - method: retrain\n   optimizer: sdg", "optimizer 'sdg' is not known")]
    [InlineData("steps:\n - method: prune.magnitude\n   sparsity: 0.5\n   density: 0.5", "give one of them")]
    [InlineData("steps:\n - method: prune.magnitude\n   sparsity: 0.5\n   scope: {conv1: global}", "it must be one of layer, global")]
    [InlineData("? [a]\n: b\nsteps: [{method: retrain}]", "A name must be a text")]
    [InlineData("steps: [{method: retrain}]\n---\nsteps: []", "second document")]
    public void Parse_Wrong_SaysWhat(string text, string message) =>
        Should.Throw<RecipeException>(() => Recipe.Parse(text)).Message.ShouldContain(message);

    [Fact]
    public void Parse_HostileSizes_AreRefused()
    {
        Should.Throw<RecipeException>(() => Recipe.Parse(new string('a', 300_000))).Message.ShouldContain("characters");
        Should.Throw<RecipeException>(() => Recipe.Parse(string.Concat(Enumerable.Repeat("[", 5000)))).Message.ShouldContain("deep");
        Should.Throw<RecipeException>(() => Recipe.Parse($"steps: [{string.Concat(Enumerable.Repeat("a,", 50_000))}]")).Message.ShouldContain("values");
    }

    [Fact]
    public void BuiltIn_EachRecipe_ReadsAndFitsAnyNetwork()
    {
        foreach (BuiltInRecipe builtIn in RecipeCatalog.Default)
        {
            Recipe recipe = Recipe.Parse(builtIn.Yaml, builtIn.Name);
            foreach (RecipeStep step in recipe.Steps)
                foreach (Model model in new[] { FakeNetworks.LeNet(), FakeNetworks.Of(1, 2, 3) })
                    step.ChooseLayers(model).Count.ShouldBe(model.Weights.Count == 1 ? 1 : 4);
        }
    }

    [Fact]
    public void FromArguments_Steps_AreRead()
    {
        Recipe recipe = Recipe.FromArguments(
        [
            "prune.magnitude:density={conv1:0.66,default:8%},layers=[conv*,!conv2],retrain.epochs=3,retrain.learning-rate=0.1",
            "cluster.kmeans:bits=5",
            "retrain",
        ]);
        recipe.Steps[0].Layers.ShouldBe(["conv*", "!conv2"]);
        recipe.Steps[0].Overrides.Single().Pattern.ShouldBe("conv1");
        recipe.Steps[0].Retrain!.LearningRate.ShouldBe(0.1);
        recipe.Steps[1].Settings.ShouldBeOfType<KMeansSettings>().Bits.ShouldBe(5);
        Recipe.Parse(recipe.ToYaml()).ToYaml().ShouldBe(recipe.ToYaml());
    }

    [Fact]
    public void FromArguments_Faults_NameArgumentAndColumn()
    {
        string message = Should.Throw<RecipeException>(() => Recipe.FromArguments(["prune.magnitude:sparsity=2,zz", "cluster.kmean"])).Message;
        message.ShouldContain("--method:1:26: 'sparsity' is '2'");
        message.ShouldContain("--method:1:28: 'zz' is not of the form name=value");
        message.ShouldContain("--method:2:1: There is no method 'cluster.kmean'. Did you mean 'cluster.kmeans'?");
    }

    [Fact]
    public void Parse_MutatedTexts_ThrowNothingElse()
    {
        const string Alphabet = "{}[]:,-*&!|>'\"%@`#?~\n\t \\\0\u0085\uFEFFaz09.";
        var rng = new Rng(11);
        int read = 0;
        for (int round = 0; round < 3000; round++)
        {
            char[] text = DeepCompression.ToCharArray();
            for (int i = rng.NextInt32(4); i >= 0; i--) text[rng.NextInt32(text.Length)] = Alphabet[rng.NextInt32(Alphabet.Length)];
            string mutated = new string(text)[..(rng.NextInt32(4) == 0 ? rng.NextInt32(text.Length) : text.Length)];
            try
            {
                Recipe.Parse(mutated);
                read++;
            }
            catch (RecipeException e)
            {
                e.Message.ShouldNotBeEmpty();
            }
        }
        read.ShouldBeGreaterThan(20); // some changes are harmless: the test reaches the reader behind the YAML
    }

    [Fact]
    public void FromArguments_MutatedTexts_ThrowNothingElse()
    {
        const string Text = "prune.magnitude:density={conv1:0.66,default:8%},layers=[conv*,!conv2],retrain.epochs=3";
        const string Alphabet = "{}[]:,=.!*a1";
        var rng = new Rng(12);
        for (int round = 0; round < 3000; round++)
        {
            char[] text = Text.ToCharArray();
            for (int i = rng.NextInt32(4); i >= 0; i--) text[rng.NextInt32(text.Length)] = Alphabet[rng.NextInt32(Alphabet.Length)];
            try
            {
                Recipe.FromArguments([new string(text)]).Steps.Length.ShouldBe(1);
            }
            catch (RecipeException e)
            {
                e.Message.ShouldNotBeEmpty();
            }
        }
    }
}
