using Pare.Compression.Search;

namespace Pare.Compression.Tests.Search;

public class SweepTests
{
    private static Sweep Parse(string over, int? points = null, SweepSpacing? spacing = null, params string[] methods) =>
        Sweep.Parse(over, points, spacing, RecipeDraft.OfArguments(methods.Length == 0 ? ["rewrite.width"] : methods));

    private static string Fault(string over, int? points = null, SweepSpacing? spacing = null, params string[] methods) =>
        Should.Throw<RecipeException>(() => Parse(over, points, spacing, methods)).Message;

    [Theory]
    [InlineData("0.25..1", 4, new[] { 0.25, 0.5, 0.75, 1 })]
    [InlineData("width=0.25..1", null, new[] { 0.25, 0.5, 0.75, 1 })]
    [InlineData("rewrite.width:width = 0.1 .. 0.5", 5, new[] { 0.1, 0.2, 0.3, 0.4, 0.5 })] // 0.1 + 2 x 0.1 is not 0.30000000000000004
    [InlineData("width=25%..100%", 2, new[] { 0.25, 1 })]
    [InlineData(".5...9", 2, new[] { 0.5, 0.9 })]
    [InlineData("width=0.5, 0.25,0.5", null, new[] { 0.5, 0.25 })]
    [InlineData("1", null, new[] { 1.0 })]
    public void Parse_RangesAndLists_GivesTheValues(string over, int? points, double[] expected) => Parse(over, points).Values.ShouldBe(expected);

    [Fact]
    public void Parse_Log_SpacesByRatioWithBothEndsExact()
    {
        Sweep sweep = Parse("retrain.learning-rate=0.001..0.1", 5, SweepSpacing.Log);
        sweep.Values.ShouldBe([0.001, 0.0031623, 0.01, 0.031623, 0.1]);
        sweep.Target.Setting.Name.ShouldBe("learning-rate");
    }

    [Fact]
    public void Parse_Integer_RoundsAndDropsDuplicates()
    {
        Sweep sweep = Parse("2..4", 7, null, "cluster.kmeans");
        sweep.Target.Name.ShouldBe("bits");
        sweep.Values.ShouldBe([2, 3, 4]);
        sweep.NameOf(3).ShouldBe("bits-3");
        sweep.Edit(3).ShouldBe(new SettingEdit(0, "bits", "3"));
    }

    [Fact]
    public void Parse_WithoutName_TakesTheOnlyStepWithNumbers() =>
        Parse("0.5,0.9", null, null, "fold.batch-norm", "prune.magnitude").Target.ShouldSatisfyAllConditions(t => t.Step.ShouldBe(1), t => t.Name.ShouldBe("sparsity"));

    [Fact]
    public void Parse_Method_ChoosesAmongSteps()
    {
        Parse("cluster.kmeans:iterations=1,2", null, null, "prune.magnitude", "cluster.kmeans").Target.Step.ShouldBe(1);
        Parse("density=0.1", null, null, "prune.magnitude", "cluster.kmeans").Target.Step.ShouldBe(0);
    }

    [Theory]
    [InlineData("1..0.25", "runs backwards; write 0.25..1")]
    [InlineData("0.25..2", "'width' is 2; it must be a number from 0.001 to 1")]
    [InlineData("-1,0.5", "'width' is -1; it must be a number from 0.001 to 1")]
    [InlineData("wdth=0.5", "Did you mean 'width'?")]
    [InlineData("importance=l1,l2", "'importance' must be one of l1, l2, first; a grid goes over a number. Numbers: rewrite.width: width, multiple.")]
    [InlineData("retrain=1,2", "There is no setting 'retrain'")]
    [InlineData("retrain.optimizer=1", "'retrain.optimizer' must be a text")]
    [InlineData("retrain.epoch=1", "There is no setting 'retrain.epoch'")]
    [InlineData("prune.magnitude:sparsity=0.5", "No step is 'prune.magnitude'")]
    [InlineData("0.25..", "'' is no number")]
    [InlineData("0.25,,1", "'' is no number")]
    [InlineData("half", "'half' is no number; expected a range such as 0.25..1")]
    [InlineData("NaN", "no number")]
    [InlineData("multiple=0..1e999", "no number")]
    public void Parse_Wrong_SaysWhatIsExpected(string over, string expected) => Fault(over).ShouldContain(expected);

    [Fact]
    public void Parse_WrongSpacing_SaysWhatIsExpected()
    {
        Fault("0.25,1", points: 3).ShouldContain("a list says its values itself");
        Fault("0.25..1", points: 1).ShouldContain("expected 2 to 1000");
        Fault("sparsity=0..1", null, SweepSpacing.Log, "prune.magnitude").ShouldContain("must begin over 0");
    }

    [Fact]
    public void Parse_SeveralSteps_AsksWhich()
    {
        Fault("0.5", null, null, "prune.magnitude", "cluster.kmeans").ShouldContain("step 1 (prune.magnitude:sparsity), step 2 (cluster.kmeans:bits)");
        Fault("2", null, null, "fold.batch-norm").ShouldContain("no number to go over");
        Fault("0.5", null, null, "prune.magnitud").ShouldContain("Did you mean 'prune.magnitude'?");
    }
}
