using Pare.Compression.Data;
using Pare.Compression.Search;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests.Search;

public class GridTests
{
    private static readonly Model Network = ArchitectureCatalog.Default.Get("lenet-300-100").Build(seed: 1);

    private static CompressionContext Context(bool trains = true)
    {
        DataSet data = FakeNetworks.Data(8);
        return new() { Training = trains ? data.Slice(0, 6) : null, Validation = data.Slice(6, 2), Retrainer = new FakeRetrainer() };
    }

    private static Grid Of(string over, bool trains, params string[] methods)
    {
        RecipeDraft draft = RecipeDraft.OfArguments(methods);
        return Grid.Of(draft, Sweep.Parse(over, null, null, draft), [], seed: 7, Network, Context(trains));
    }

    [Fact]
    public void Of_Values_MakesARecipeForEach()
    {
        Grid grid = Of("sparsity=0.5,0.9", true, "prune.magnitude:retrain.epochs=1", "cluster.kmeans");
        grid.Original.Recipe.Steps.ShouldBeEmpty();
        grid.Points.Select(p => p.Trial.Recipe.Name).ShouldBe(["sparsity-0.5", "sparsity-0.9"]);
        grid.Points[1].Trial.Seeded.ToYaml().ShouldBe("""
            name: sparsity-0.9
            seed: 7
            steps:
              - method: prune.magnitude
                sparsity: 0.9
                retrain: {epochs: 1}
              - method: cluster.kmeans

            """);
        grid.Trials.Select(t => t.Hash).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Of_ValueThatChangesNothing_IsTheOriginal()
    {
        Grid grid = Of("0.5,1", true, "rewrite.width:retrain.epochs=1");
        grid.Points[1].Trial.Hash.ShouldBe(grid.Original.Hash);
        grid.Points[0].Trial.Hash.ShouldNotBe(grid.Original.Hash);
    }

    [Fact]
    public void Of_ValueThatChangesNothingAmongOtherSteps_LeavesOutTheStepAlone()
    {
        Grid grid = Of("width=0.5,1", true, "prune.magnitude:sparsity=0.5", "rewrite.width:width=1,retrain.epochs=1", "cluster.kmeans");
        grid.Points[1].Trial.Recipe.Steps.Select(s => s.Method.Name).ShouldBe(["prune.magnitude", "cluster.kmeans"]);
        grid.Points[0].Trial.Recipe.Steps.Length.ShouldBe(3);
    }

    [Fact]
    public void Of_RewriteThatFitsNowhere_Throws() =>
        Should.Throw<RecipeException>(() => Of("width=0.999,1", true, "rewrite.width:multiple=1000")).Message.ShouldContain("rewrite.width fits nowhere in this model");

    [Fact]
    public void Of_FaultsOfTheRecipe_AreKnownFirst()
    {
        Should.Throw<RecipeException>(() => Of("sparsity=0.5", true, "prune.magnitude:density=0.5")).Message.ShouldContain("say the same thing");
        Should.Throw<RecipeException>(() => Of("sparsity=0.5", true, "prune.magnitude:layers=[conv*]")).Message.ShouldContain("'conv*' matches nothing");
        Should.Throw<RecipeException>(() => Of("sparsity=0.5", false, "prune.magnitude:retrain.epochs=1")).Message.ShouldContain("there is no data");
    }
}
