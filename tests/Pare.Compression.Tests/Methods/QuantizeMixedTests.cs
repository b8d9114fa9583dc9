using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Methods;
using Pare.Compression.Quantization.Mixed;
using Pare.Compression.Reporting;
using Pare.Compression.Zoo;
using Pare.Encodings;
using Pare.Formats.Container;
using Pare.Operators;

namespace Pare.Compression.Tests.Methods;

public class QuantizeMixedTests
{
    private static readonly Model Network = ArchitectureCatalog.Default.Get("resnet-8").Build(seed: 1);

    // Its answers differ from noise to noise.
    private static readonly Model Products = ArchitectureCatalog.Default.Get("lenet-300-100").Build(seed: 1);

    private static DataSet Samples(Model model, int count, ulong seed = 5, int classes = 0, Func<int, int>? label = null)
    {
        int[] shape = [.. model.Inputs[0].Type.Shape.Skip(1).Select(d => (int)d.Value)];
        if (shape.Length == 1) shape = [1, 28, 28];
        var rng = new Rng(seed);
        var values = new float[count * shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = rng.NextSingle() - 0.5f;
        return DataSet.FromFloats("noise", [.. shape], classes, values, label is null ? null : [.. Enumerable.Range(0, count).Select(label)]);
    }

    private static CompressionContext Context(Model model, int threads = 2) => new() { Calibration = Samples(model, 40), Seed = 1, Threads = threads };

    private static QuantizeMixedSettings Settings { get; } = new() { SensitivitySamples = 4, Samples = 8 };

    private static (Model Model, WidthCurve Curve, string Note) Run(QuantizeMixedSettings settings, CompressionContext? context = null, string? overrides = null, Model? model = null)
    {
        (WidthCurve? curve, string note) = (null, "");
        model ??= Network;
        context = (context ?? Context(model)) with { Curves = c => curve = c, Warnings = w => note = w };
        RecipeStep step = Recipe.Parse($"steps: [{{method: quantize.mixed{(overrides is null ? "" : $", weight-bits: {overrides}")}}}]").Steps[0];
        var layers = new Layers(LayerSelector.Select(model, []), settings, step.Overrides);
        return (new QuantizeMixed().Apply(model, layers, settings, context, CancellationToken.None), curve!, note);
    }

    private static int Width(WeightEncoding weight) => EncodingTree.Find<Integer>(weight)!.Codes.Bits;

    private static double MeanBits(Model model)
    {
        Layer[] layers = [.. LayerSelector.Select(model, [])];
        return layers.Sum(l => (double)l.Shape.Elements * Width(model.Weights[l.Weight])) / layers.Sum(l => l.Shape.Elements);
    }

    private static RecipeException Refused(QuantizeMixedSettings settings, CompressionContext? context = null, string? overrides = null, Model? model = null) =>
        Should.Throw<RecipeException>(() => Run(settings, context, overrides, model));

    [Theory, InlineData(SensitivityMeasure.Loss), InlineData(SensitivityMeasure.Sqnr)]
    public void Apply_MeanBits_AreKeptAndUsed(SensitivityMeasure sensitivity)
    {
        (Model model, WidthCurve curve, string note) = Run(Settings with { MeanBits = 4, Sensitivity = sensitivity });
        MeanBits(model).ShouldBeInRange(3.9, 4);
        curve.Layers.ToDictionary(l => l.Weight, l => l.Bits).ShouldBe(LayerSelector.Select(model, []).ToDictionary(l => l.Weight, l => Width(model.Weights[l.Weight])), ignoreOrder: true);
        curve.Layers.Select(l => l.Bits).Distinct().Count().ShouldBeGreaterThan(1);
        WidthPoint chosen = curve.Points.Single(p => p.Chosen);
        chosen.MeanBits.ShouldBe(MeanBits(model), 1e-9);
        curve.Points.Length.ShouldBeInRange(10, 40);
        for (int i = 1; i < curve.Points.Length; i++) curve.Points[i].Damage.ShouldBeLessThan(curve.Points[i - 1].Damage);
        note.ShouldContain($"8 bits: {curve.Layers.First(l => l.Bits == 8).Weight}");
        model.Nodes.ShouldContain(n => n.Operator is QuantizeLinear);
    }

    [Fact]
    public void Apply_Default_IsAMeanOfFourBits() =>
        Fingerprint.Of(Run(Settings, model: Products).Model).ShouldBe(Fingerprint.Of(Run(Settings with { MeanBits = 4 }, model: Products).Model));

    /// <summary>At the same mean width it is nearer to the float network than one width for all.</summary>
    [Fact]
    public void Apply_SameMean_DamagesLessThanUniform()
    {
        WidthPoint[] uniform = [.. new[] { 3, 4, 6 }.Select(b => Run(Settings with { Bits = [b], MeanBits = b }).Curve.Points.Single(p => p.Chosen))];
        foreach (WidthPoint one in uniform)
            Run(Settings with { MeanBits = one.MeanBits }).Curve.Points.Single(p => p.Chosen).Damage.ShouldBeLessThan(one.Damage);
    }

    [Fact]
    public void Apply_Bytes_CountTheWeightsOfTheFile()
    {
        const long Budget = 50_000;
        (Model model, WidthCurve curve, _) = Run(Settings with { Bytes = Budget });
        PartSizes sizes = ContainerWriter.Measure(model, new ContainerOptions { EntropyCoding = EntropyCoding.None });
        long bytes = sizes.Parts.Where(p => model.Weights.ContainsKey(p.Weight)).Sum(p => p.Bytes);
        bytes.ShouldBeInRange(Budget * 95 / 100, Budget);
        curve.Points.Single(p => p.Chosen).Bytes.ShouldBe(bytes);
    }

    [Fact]
    public void Apply_MacBits_AreKept()
    {
        (Model model, _, _) = Run(Settings with { MacBits = 0.5 });
        (double cost, double macs) = (0, 0);
        foreach (Inspection.LayerProfile layer in Inspection.Profile.Of(model).Layers.Where(l => l.Macs > 0))
        {
            cost += layer.Macs * 8.0 * Width(model.Weights[layer.Node.Inputs[1]]);
            macs += layer.Macs;
        }
        (cost / macs / 64).ShouldBeInRange(0.48, 0.5);
    }

    [Fact]
    public void Apply_PinnedLayer_KeepsItsWidth()
    {
        Layer[] layers = [.. LayerSelector.Select(Network, [])];
        (Model model, WidthCurve curve, _) = Run(Settings, overrides: $"{{{layers[1].Weight}: 5, \"@Gemm\": 8}}");
        Width(model.Weights[layers[1].Weight]).ShouldBe(5);
        Width(model.Weights[layers[^1].Weight]).ShouldBe(8);
        curve.Layers.Count(l => l.Pinned).ShouldBe(2);
        MeanBits(model).ShouldBeInRange(3.8, 4);
    }

    [Fact]
    public void Apply_FloatActivations_ChangesWeightsAlone()
    {
        Model model = Run(Settings with { ActivationBits = 0 }).Model;
        model.Nodes.Select(n => n.ToString()).ShouldBe(Network.Nodes.Select(n => n.ToString()));
        MeanBits(model).ShouldBeInRange(3.9, 4);
    }

    [Fact]
    public void Apply_MaxDropWithoutLabels_AgreesWithTheFloatNetwork()
    {
        CompressionContext context = Context(Products) with { Validation = Samples(Products, 50, seed: 9) };
        (Model tight, WidthCurve curve, _) = Run(Settings with { MaxDrop = 4 }, context, model: Products);
        WidthPoint chosen = curve.Points.Single(p => p.Chosen);
        chosen.Error!.Value.ShouldBeLessThanOrEqualTo(0.04);
        curve.Points.Where(p => p.Error is not null && p.Bytes < chosen.Bytes).ShouldAllBe(p => p.Error > 0.04);
        curve.Points.Count(p => p.Error is not null).ShouldBeGreaterThan(2);
        MeanBits(Run(Settings with { MaxDrop = 100 }, context, model: Products).Model).ShouldBe(2);
        MeanBits(tight).ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Apply_MaxDropWithLabels_MeasuresAccuracy()
    {
        CompressionContext context = Context(Products) with { Validation = Samples(Products, 50, seed: 9, classes: 10, label: i => i % 10) };
        double own = Evaluator.Run(Products, context.Validation!).Errors / 50.0;
        (Model model, WidthCurve curve, _) = Run(Settings with { MaxDrop = 2 }, context, model: Products);
        WidthPoint chosen = curve.Points.Single(p => p.Chosen);
        chosen.Error!.Value.ShouldBeLessThanOrEqualTo(own + 0.02 + 1e-9);
        chosen.Error.ShouldBe(Evaluator.Run(model, context.Validation!).Errors / 50.0);
    }

    [Fact]
    public void Apply_OtherThreads_SameBytes()
    {
        Fingerprint.Of(Run(Settings, Context(Network, 3)).Model).ShouldBe(Fingerprint.Of(Run(Settings, Context(Network, 1)).Model));
        QuantizeMixedSettings search = Settings with { MaxDrop = 4, Sensitivity = SensitivityMeasure.Sqnr };
        Fingerprint.Of(Run(search, Searched(3), model: Products).Model).ShouldBe(Fingerprint.Of(Run(search, Searched(1), model: Products).Model));

        static CompressionContext Searched(int threads) => Context(Products, threads) with { Validation = Samples(Products, 30, seed: 9) };
    }

    [Fact]
    public void Apply_SingleLayer_TakesTheWidestThatFits()
    {
        Layer layer = LayerSelector.Select(Network, [])[2];
        Model model = new QuantizeMixed().Apply(Network, Settings with { MeanBits = 5 }, Context(Network), layer.Weight);
        Width(model.Weights[layer.Weight]).ShouldBe(4);
        LayerSelector.Select(model, []).Count(l => model.Weights[l.Weight] is Scaled).ShouldBe(1);
    }

    [Fact]
    public void Apply_PrunedAndClustered_KeepsBoth()
    {
        Model given = new KMeansClustering().Apply(new MagnitudePruning().Apply(Network, new PruningSettings { Sparsity = 0.7 }), new KMeansSettings { Bits = 4 });
        StepCheck.Holds(given, Run(Settings with { MeanBits = 6 }, model: given).Model, "step");
    }

    [Fact]
    public void Faults_BadSettings_AreNamed()
    {
        (Settings with { MeanBits = 4, Bytes = 1000 }).Faults().ShouldHaveSingleItem().ShouldContain("mean-bits and bytes");
        (Settings with { Bits = [] }).Faults().ShouldHaveSingleItem().ShouldContain("empty");
        (Settings with { Bits = [4, 9] }).Faults().ShouldHaveSingleItem().ShouldContain("9");
        (Settings with { ActivationBits = 1 }).Faults().ShouldHaveSingleItem().ShouldContain("activation-bits");
        Settings.Faults().ShouldBeEmpty();
        Should.Throw<RecipeException>(() => Recipe.Parse("steps: [{method: quantize.mixed, bits: [0, 4]}]")).Message.ShouldContain("bits");
        Should.Throw<RecipeException>(() => Recipe.Parse("steps: [{method: quantize.mixed, mean-bits: 4, max-drop: 1}]")).Message.ShouldContain("one budget");
    }

    [Fact]
    public void Apply_BudgetTooSmall_NamesTheLeast()
    {
        Refused(Settings with { MeanBits = 2, Bits = [3, 4] }, model: Products).Message.ShouldContain("least possible is 3.");
        string message = Refused(Settings with { Bytes = 1000 }, model: Products).Message;
        long least = long.Parse(message[(message.LastIndexOf(' ') + 1)..^1]);
        MeanBits(Run(Settings with { Bytes = least }, model: Products).Model).ShouldBe(2);
        Refused(Settings with { Bytes = least - 1 }, model: Products);
        Refused(Settings with { MacBits = 0.2 }, model: Products).Message.ShouldContain("least possible is 0.25.");
    }

    [Fact]
    public void Apply_WhatItCannotDo_Says()
    {
        Refused(Settings, new CompressionContext()).Message.ShouldContain("--data");
        Refused(Settings with { MaxDrop = 1 }).Message.ShouldContain("validation");
        Refused(Settings with { Exclude = ["nothing"] }).Message.ShouldContain("nothing");
        Refused(Settings with { Exclude = ["*"] }).Message.ShouldContain("no layer");
        Refused(Settings, overrides: "{nothing: 8}").Message.ShouldContain("nothing");
        Refused(Settings with { WeightBits = 4 }).Message.ShouldContain("nothing to choose");
        Refused(Settings, model: Run(Settings).Model).Message.ShouldContain("already");
        Model rounded = new QuantizeWeights().Apply(Network, new QuantizeWeightsSettings());
        Refused(Settings, model: rounded).Message.ShouldContain("floats any more");
    }

    [Fact]
    public void Run_InRecipe_ReportsTheCurve()
    {
        Recipe recipe = Recipe.Parse("steps: [{method: quantize.mixed, sensitivity-samples: 4, mean-bits: 5}]");
        var context = new CompressionContext { Training = FakeNetworks.Data(), Validation = FakeNetworks.Data() };
        CompressionResult result = new Compressor(new FakeMeter(10, 250), TimeProvider.System).Run(FakeNetworks.LeNet(), recipe, context, default);
        WidthCurve curve = result.Stages[1].Curve.ShouldNotBeNull();
        curve.Points.Single(p => p.Chosen).Error.ShouldBe(0.25);
        result.Stages[1].Note.ShouldNotBeNull().ShouldContain("bits");
        string json = Report.Of(FakeNetworks.LeNet(), recipe, result, context).ToJson();
        json.ShouldContain("\"curve\"");
        Report read = Report.FromJson(json);
        read.ToJson().ShouldBe(json);
        read.Stages[1].Curve!.Layers.ShouldBe(curve.Layers);
    }
}
