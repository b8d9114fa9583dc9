using Pare.Compression.Advice;
using Pare.Compression.Advice.Advisers;
using Pare.Compression.Methods;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests.Advice;

public class AdvisorTests
{
    private static readonly Catalog<CompressionMethod> WithFake = MethodCatalog.Default.With(new HalvingRewrite());

    [Theory]
    [InlineData("lenet-5")]
    [InlineData("lenet-300-100")]
    [InlineData("resnet-20")]
    [InlineData("vgg-small")]
    public void Run_EveryRecommendation_IsWhatItsStepComesTo(string architecture)
    {
        Model model = ArchitectureCatalog.Default.Get(architecture).Build();
        foreach (Catalog<CompressionMethod> methods in new[] { MethodCatalog.Default, WithFake })
        {
            AdviceReport report = new Advisor(methods: methods).Run(model, 2, null, CancellationToken.None);
            report.Refused.ShouldBeEmpty();
            report.Cost.ShouldBe(ModelCost.Of(model));
            foreach (Recommendation r in report.Recommendations)
            {
                RecipeStep step = Recipe.FromArguments([r.Method], methods).Steps.ShouldHaveSingleItem();
                (step.Retrain is not null).ShouldBe(r.Retrains);
                Model applied = step.Method.Apply(model, step.ChooseLayers(model), step.Settings, new CompressionContext(), CancellationToken.None);
                ModelCost.Of(applied).ShouldBe(r.After, r.Method);
                r.Why.ShouldNotBeNullOrWhiteSpace();
                r.Command("m.onnx").ShouldStartWith("pare compress m.onnx -m ");
            }
        }
    }

    [Fact]
    public void Run_ResNet20_FindsBatchNormsAndSeparableLayersAndRanksThem()
    {
        var methods = new Catalog<CompressionMethod>("method", new BatchNormFolding(), new HalvingRewrite());
        AdviceReport report = new Advisor(methods: methods).Run(ArchitectureCatalog.Default.Get("resnet-20").Build(), 1, null, CancellationToken.None);
        Recommendation norms = report.Recommendations.Single(r => r.Adviser == "batch-norm"), separable = report.Recommendations.First(r => r.Adviser == "separable");
        norms.SavedMacs.ShouldBe(0);
        norms.SavedBytes.ShouldBeGreaterThan(4 * 3 * 688); // four vectors of 688 channels become one, and 19 nodes go
        norms.Method.ShouldBe("fold.batch-norm");
        norms.Command("r.onnx").ShouldBe("pare compress r.onnx -m fold.batch-norm");
        // Of the 19 3 x 3 layers the first reads the picture.
        separable.Layers.Length.ShouldBe(18);
        separable.Layers.ShouldNotContain("conv1.weight");
        separable.SavedMacs.ShouldBe((40_551_040 - 640 - 16 * 27 * 1024) / 9 * 8);
        separable.Command("r.onnx").ShouldStartWith("pare compress r.onnx -m 'rewrite.separable:layers=[layer1.0.conv1,layer1.0.conv2,");
        separable.Command("r.onnx").ShouldEndWith(",retrain.epochs=3' --data DATA");
        separable.Risk.ShouldBe(AdviceRisk.High); // little is left
        report.Ranked(AdviceGoal.Balance).Select(group => group[0].Adviser).ShouldBe(["separable", "batch-norm"]);
        report.Ranked(AdviceGoal.Macs).SelectMany(group => group).ShouldNotContain(norms);
        report.Ranked(AdviceGoal.Bytes).Select(group => group[0]).ShouldContain(norms);
    }

    [Fact]
    public void Run_AMethodThatRefuses_IsReportedAndDoesNotStopTheOthers()
    {
        var stubborn = new Catalog<Adviser>("adviser", new Stubborn(), new BatchNormAdviser());
        AdviceReport report = new Advisor(stubborn, WithFake).Run(ArchitectureCatalog.Default.Get("resnet-20").Build(), 1, null, CancellationToken.None);
        report.Refused.ShouldHaveSingleItem().Reason.ShouldContain("told to refuse");
        report.Recommendations.ShouldHaveSingleItem().Adviser.ShouldBe("batch-norm");
    }

    [Fact]
    public void Run_WithoutTheMethod_SuggestsNothingOfIt()
    {
        var none = new Catalog<CompressionMethod>("method");
        new Advisor(methods: none).Run(ArchitectureCatalog.Default.Get("resnet-20").Build(), 1, null, CancellationToken.None).Recommendations.ShouldBeEmpty();
    }

    [Fact]
    public void Run_EqualKernels_AreFoundAndMerged()
    {
        Model model = ArchitectureCatalog.Default.Get("resnet-20").Build();
        model = model.WithWeights([KeyValuePair.Create("layer1.1.conv1.weight", (WeightEncoding)new Dense(model.Weights["layer1.0.conv1.weight"].Shape, model.Weights["layer1.0.conv1.weight"].ToArray()))]);
        Recommendation found = new Advisor().Run(model, 2, null, CancellationToken.None).Recommendations.Single(r => r.Adviser == "duplicates");
        found.SavedBytes.ShouldBeInRange(4 * 2304 - 100, 4 * 2304 + 100);
        (found.Risk, found.Method).ShouldBe((AdviceRisk.Low, "fold.duplicates"));
        found.Why.ShouldContain("1 weight equal");
    }

    [Fact]
    public void Catalog_EveryStepOfEveryAdviser_ParsesWhereItsMethodIsThere()
    {
        // What advisers say must be settings of the methods as they are now.
        foreach (string name in new[] { "lenet-5", "resnet-20", "vgg-16-cifar" })
        {
            var scope = new AdviceScope(ArchitectureCatalog.Default.Get(name).Build(), MethodCatalog.Default);
            foreach (Suggestion suggestion in AdviserCatalog.Default.SelectMany(a => a.Look(scope)).Where(s => scope.Has(s.Step)))
                Recipe.FromArguments([suggestion.Step]).Steps.ShouldHaveSingleItem();
        }
    }

    private sealed class Stubborn : Adviser
    {
        public override string Name => "stubborn";

        public override string Summary => "for tests";

        public override IEnumerable<Suggestion> Look(AdviceScope scope) => [new Suggestion("x", "y", AdviceRisk.High, "rewrite.separable:refuse=true")];
    }
}
