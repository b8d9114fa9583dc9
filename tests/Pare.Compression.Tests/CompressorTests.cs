using FsCheck;
using FsCheck.Fluent;
using Pare.Compression.Methods;
using Pare.Compression.Reporting;

namespace Pare.Compression.Tests;

public class CompressorTests
{
    private const string Full = """
        steps:
          - {method: prune.magnitude, density: 0.2, retrain: {epochs: 1}}
          - {method: cluster.kmeans, bits: 3, retrain: {epochs: 2}}
        """;

    private static CompressionContext Context(FakeRetrainer? retrainer = null) => new()
    {
        Training = FakeNetworks.Data(),
        Validation = FakeNetworks.Data(),
        Retrainer = retrainer ?? new FakeRetrainer(),
    };

    private static CompressionResult Run(string recipe, FakeMeter? meter = null, CompressionContext? context = null, CancellationToken cancel = default) =>
        new Compressor(meter ?? new FakeMeter(), TimeProvider.System).Run(FakeNetworks.LeNet(), Recipe.Parse(recipe), context ?? Context(), cancel);

    [Fact]
    public void Run_DeepCompression_MeasuresEachStage()
    {
        var retrainer = new FakeRetrainer();
        CompressionResult result = Run(Full, context: Context(retrainer));
        result.Stages.Select(s => s.Name).ShouldBe(["trained", "prune.magnitude", "cluster.kmeans", "+ huffman"]);
        result.Stages[0].Density.ShouldBe(1);
        result.Stages[1].Bytes.ShouldBeLessThan(result.Stages[0].Bytes);
        result.Stages[2].Bytes.ShouldBeLessThan(result.Stages[1].Bytes);
        result.Stages[1].BeforeRetraining.ShouldNotBeNull();
        retrainer.Settings.Select(s => s.Epochs).ShouldBe([1, 2]);
        result.Model.Weights["fc1.weight"].ToString().ShouldBe("sparse(codebook(dense))");
        result.Interrupted.ShouldBeFalse();
    }

    [Fact]
    public void Run_Retraining_KeepsMasksAndClusters()
    {
        Model model = Run(Full).Model;
        foreach (Layer layer in LayerSelector.Select(model, []))
        {
            int kept = (int)Math.Round(0.2 * layer.Shape.Elements, MidpointRounding.AwayFromZero);
            model.Kept(layer.Weight).ShouldBe(kept);
            model.Weights[layer.Weight].ToArray().Where(w => w != 0).Distinct().Count().ShouldBeLessThanOrEqualTo(8);
        }
    }

    [Fact]
    public void Run_SameSeed_SameBytes() => Fingerprint.Of(Run(Full).Model).ShouldBe(Fingerprint.Of(Run(Full).Model));

    [Fact]
    public void Run_RetrainingMadeItWorse_KeepsTheStateBefore()
    {
        // errors: trained, pruned, retrained
        CompressionResult result = Run("steps: [{method: prune.magnitude, density: 0.5, retrain: {epochs: 1}}]", new FakeMeter(10, 12, 40));
        result.Stages[1].Validation!.Errors.ShouldBe(12);
        result.Stages[1].Note!.ShouldContain("worse");
        result.Model.Weights["fc1.weight"].ToArray().ShouldBe(
            new MagnitudePruning().Apply(FakeNetworks.LeNet(), new PruningSettings { Density = 0.5 }).Weights["fc1.weight"].ToArray());
    }

    [Fact]
    public void Run_AllFaultsOfAllSteps_AreKnownFirst()
    {
        var meter = new FakeMeter();
        string message = Should.Throw<RecipeException>(() => new Compressor(meter, TimeProvider.System).Run(FakeNetworks.LeNet(), Recipe.Parse("""
            steps:
              - {method: prune.magnitude, density: 0.2, layers: cnv1, retrain: {epochs: 1}}
              - {method: cluster.kmeans, bits: {x1: 3}}
            """), new CompressionContext(), default)).Message;
        message.ShouldContain("Step 1 (prune.magnitude, at 2:5) trains, and there is no data");
        message.ShouldContain("'cnv1' matches nothing");
        message.ShouldContain("Step 2 (cluster.kmeans, at 3:5)");
        meter.Measured.ShouldBeEmpty();
    }

    [Fact]
    public void Run_NotFinite_NamesTheWeight() => Should.Throw<ModelException>(() => new Compressor(new FakeMeter(), TimeProvider.System).Run(
        FakeNetworks.Of(1, float.NaN), Recipe.Parse("steps: [{method: cluster.kmeans}]"), new CompressionContext(), default)).Message.ShouldContain("'fc.weight'");

    [Fact]
    public void Run_Cancelled_ReturnsTheLastFinishedStep()
    {
        using var cancel = new CancellationTokenSource();
        CompressionContext context = Context() with { Progress = new Now(p => { if (p is { Activity: "step", Item: "2 of 2: cluster.kmeans" }) cancel.Cancel(); }) };
        CompressionResult result = Run(Full, context: context, cancel: cancel.Token);
        result.Interrupted.ShouldBeTrue();
        result.Model.Weights["fc1.weight"].ToString().ShouldBe("sparse(dense)");
        result.Stages.Select(s => s.Name).ShouldBe(["trained", "prune.magnitude", "+ huffman"]);
    }

    [Fact]
    public void Run_ContainerIndexBits_SetsAllLayers() =>
        Run("steps: [{method: prune.magnitude, density: 0.2}]\ncontainer: {index-bits: 4, entropy: none}").Model.Sparse("fc1.weight").IndexBits.ShouldBe(4);

    [Fact]
    public void Run_StepThatUndoesAnother_Throws()
    {
        var methods = MethodCatalog.Default.With(new Undo());
        Recipe recipe = Recipe.Parse("steps: [{method: prune.magnitude, density: 0.2}, {method: test.undo}]", methods: methods);
        Should.Throw<RecipeException>(() => new Compressor(new FakeMeter(), TimeProvider.System).Run(FakeNetworks.LeNet(), recipe, new CompressionContext(), default))
            .Message.ShouldContain("Step 2 (test.undo, at 1:50) gave 'conv1.weight' a value at position");
        recipe = Recipe.Parse("steps: [{method: cluster.kmeans, bits: 2}, {method: test.undo}]", methods: methods);
        Should.Throw<RecipeException>(() => new Compressor(new FakeMeter(), TimeProvider.System).Run(FakeNetworks.LeNet(), recipe, new CompressionContext(), default))
            .Message.ShouldContain("left 'conv1.weight' with no clusters");
    }

    [Fact]
    public void Run_AnyOrderOfPruningAndRetraining_OnlyShrinksMasks() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<byte>>(), steps =>
        {
            var context = Context();
            Model model = FakeNetworks.LeNet();
            int[] allowed = [.. Enumerable.Range(0, 480)];
            foreach (byte step in steps.Get.Take(5).Append((byte)0))
            {
                model = step % 3 == 0 ? context.Retrain(model, new(), default)
                    : new MagnitudePruning().Apply(model, new PruningSettings { Density = step / 255.0 }, context, "fc1");
                float[] weights = model.Weights["fc1.weight"].ToArray();
                int[] now = [.. Enumerable.Range(0, 480).Where(i => weights[i] != 0)];
                now.ShouldBeSubsetOf(allowed);
                allowed = now;
            }
            model = new KMeansClustering().Apply(model, new KMeansSettings { Bits = 2 }, context, "fc1");
            model = context.Retrain(model, new(), default);
            float[] final = model.Weights["fc1.weight"].ToArray();
            Enumerable.Range(0, 480).Where(i => final[i] != 0).ShouldBeSubsetOf(allowed);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Report_Json_ReadsBack()
    {
        Recipe recipe = Recipe.Parse(Full);
        CompressionContext context = Context();
        CompressionResult result = new Compressor(new FakeMeter(30, 40, 35, 36, 33), TimeProvider.System).Run(FakeNetworks.LeNet(), recipe, context, default);
        Report report = Report.Of(FakeNetworks.LeNet(), recipe, result, context);
        report.After.Bytes.ShouldBe(result.Size.TotalBytes);
        report.OverheadBytes.ShouldBe(100);
        report.Stages[^1].Validation!.Errors.ShouldBe(33);
        LayerReport fc1 = report.Layers.Single(l => l.Weight == "fc1.weight");
        (fc1.Density, fc1.Clusters, fc1.CodeBits).ShouldBe((0.2, 8, 3));
        fc1.Parts.Keys.ShouldBe(["gaps", "values/indices", "values/table/values"]);
        fc1.Bytes.ShouldBe(96 + 36 + 32);
        fc1.BitsPerWeight.ShouldBe(8.0 * 164 / 480, 1e-12);
        string json = report.ToJson();
        json.ShouldContain("\"version\": 1");
        Report.FromJson(json).ToJson().ShouldBe(json);
        Should.Throw<ModelException>(() => Report.FromJson("{\"version\": 9}")).Message.ShouldContain("version 9");
        Should.Throw<ModelException>(() => Report.FromJson("{")).Message.ShouldContain("no report");
    }

    private sealed record UndoSettings : MethodSettings;

    private sealed class Undo : CompressionMethod<UndoSettings>
    {
        public override string Name => "test.undo";

        public override string Summary => "fills every weight with ones";

        protected override Model Apply(Model model, Layers where, UndoSettings settings, CompressionContext context, CancellationToken cancel) =>
            model.WithWeights(where.Select(l => KeyValuePair.Create(l.Weight, (WeightEncoding)new Dense(l.Shape, Enumerable.Repeat(1f, (int)l.Shape.Elements).ToArray()))));
    }

    // Progress<T> reports on another thread; here the report is the moment.
    private sealed class Now(Action<CompressionProgress> hear) : IProgress<CompressionProgress>
    {
        public void Report(CompressionProgress value) => hear(value);
    }
}
