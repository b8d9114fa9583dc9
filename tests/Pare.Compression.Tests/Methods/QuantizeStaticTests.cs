using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Methods;
using Pare.Compression.Quantization;
using Pare.Compression.Zoo;
using Pare.Encodings;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Tests.Methods;

public class QuantizeStaticTests
{
    private const long MostParameters = 1_000_000;

    public static TheoryData<string> Small =>
        [.. ArchitectureCatalog.Default.Where(a => a.Outline().Weights.Values.Sum(w => (long)w.Length) < MostParameters).Select(a => a.Name)];

    private static Model Network(string name) => ArchitectureCatalog.Default.Get(name).Build(seed: 1);

    private static DataSet Samples(Model model, int count, ulong seed = 5, float scale = 1, float shift = -0.5f)
    {
        int[] shape = [.. model.Inputs[0].Type.Shape.Skip(1).Select(d => (int)d.Value)];
        if (shape.Length == 2) shape = [1, .. shape];
        var rng = new Rng(seed);
        var values = new float[count * shape.Aggregate(1, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++) values[i] = (rng.NextSingle() + shift) * scale;
        return DataSet.FromFloats("noise", [.. shape], 0, values, null);
    }

    private static CompressionContext Context(Model model, int count = 40, List<string>? warnings = null) =>
        new() { Calibration = Samples(model, count), Seed = 1, Threads = 2, Warnings = warnings is null ? null : warnings.Add };

    private static float[] Run(Model model, DataSet data)
    {
        var session = new Session(model);
        var all = new List<float>();
        for (int i = 0; i < data.Count; i++)
        {
            data.Read(i, session.Input(model.Inputs[0].Name).Floats);
            session.Run();
            all.AddRange(session.Output(model.Outputs[0]).Floats.ToArray());
        }
        return [.. all];
    }

    /// <summary>10 log10 of the ratio of the signal's power to the error's.</summary>
    private static double Decibels(float[] expected, float[] got) =>
        10 * Math.Log10(expected.Sum(x => (double)x * x) / Math.Max(1e-30, expected.Zip(got, (x, y) => Math.Pow((double)x - y, 2)).Sum()));

    [Theory, MemberData(nameof(Small))]
    public void Apply_EveryArchitecture_ComputesNearlyTheSame(string name)
    {
        Model model = Network(name);
        DataSet data = Samples(model, 2, seed: 77);
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model, 8));
        Decibels(Run(model, data), Run(quantized, data)).ShouldBeGreaterThan(name == "deep-autoencoder" ? 14 : 15, name); // nine layers in a row, each with its own rounding
        LayerSelector.Select(quantized, []).ShouldAllBe(l => quantized.Weights[l.Weight] is Scaled);
    }

    [Fact]
    public void Apply_MoreBits_IsCloser()
    {
        Model model = Network("resnet-8");
        DataSet data = Samples(model, 4, seed: 77);
        float[] floats = Run(model, data);
        double[] quality = [.. new[] { 3, 4, 6, 8, 16 }.Select(bits => Decibels(floats, Run(new QuantizeStatic().Apply(
            model, new QuantizeStaticSettings { ActivationBits = bits, WeightBits = Math.Min(bits, 8) }, Context(model)), data)))];
        for (int i = 1; i < quality.Length; i++) quality[i].ShouldBeGreaterThan(quality[i - 1]);
    }

    [Fact]
    public void Apply_NarrowActivations_ClipToTheirCodes()
    {
        Model model = Network("lenet-5");
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings { ActivationBits = 4 }, Context(model));
        foreach (Node node in quantized.Nodes.Where(n => n.Operator is QuantizeLinear))
        {
            Node clip = quantized.Producer(node.Inputs[0]).ShouldNotBeNull();
            clip.Operator.ShouldBeOfType<Clip>();
            float scale = quantized.Constants[node.Inputs[1]].Floats[0];
            ((quantized.Constants[clip.Inputs[2]].Floats[0] - quantized.Constants[clip.Inputs[1]].Floats[0]) / scale).ShouldBe(15, 0.01f);
        }
    }

    [Fact]
    public void Apply_Symmetric_UsesSignedCodes()
    {
        Model model = Network("resnet-8");
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings { Symmetric = true }, Context(model));
        Tensor[] zeros = [.. quantized.Nodes.Where(n => n.Operator is QuantizeLinear).Select(n => quantized.Constants[n.Inputs[2]])];
        zeros.ShouldAllBe(z => z.ToInt64s()[0] == 0);
        zeros.Select(z => z.DType).Distinct().Order().ShouldBe([DType.I8, DType.U8]);
    }

    [Fact]
    public void Apply_Excluded_StaysInFloats()
    {
        Model model = Network("lenet-5");
        string first = LayerSelector.Select(model, [])[0].Weight;
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings { Exclude = [first] }, Context(model));
        quantized.Weights[first].ShouldBeOfType<Dense>();
        Model same = new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model), $"!{first}");
        Fingerprint.Of(same).ShouldBe(Fingerprint.Of(quantized));
        same.Nodes.Select(n => n.ToString()).ShouldBe(quantized.Nodes.Select(n => n.ToString()));
        Should.Throw<RecipeException>(() => new QuantizeStatic().Apply(model, new QuantizeStaticSettings { Exclude = ["nothing"] }, Context(model))).Message.ShouldContain("nothing");
    }

    [Fact]
    public void Apply_Pruned_KeepsTheZeros()
    {
        Model model = new MagnitudePruning().Apply(Network("resnet-8"), new PruningSettings { Sparsity = 0.7 });
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model));
        foreach (Layer layer in LayerSelector.Select(model, []))
            EncodingTree.Find<Sparse>(quantized.Weights[layer.Weight])!.Positions.ToArray().ShouldBe(model.Sparse(layer.Weight).Positions.ToArray());
        StepCheck.Holds(model, quantized, "step");
    }

    [Fact]
    public void Apply_PrunedAndClustered_KeepsBoth()
    {
        Model model = new MagnitudePruning().Apply(Network("resnet-8"), new PruningSettings { Sparsity = 0.7 });
        model = new KMeansClustering().Apply(model, new KMeansSettings { Bits = 4 });
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model));
        StepCheck.Holds(model, quantized, "step");
        foreach (Layer layer in LayerSelector.Select(model, []))
            EncodingTree.Find<Codebook>(quantized.Weights[layer.Weight])!.Table.ShouldSatisfyAllConditions(t => (t is Integer or Scaled { Inner: Integer }).ShouldBeTrue());
        // All in integers: the last layer's numbers alone are dequantized.
        new Session(quantized).Plan.Lowered.Nodes.Count(n => n.Operator is DequantizeLinear).ShouldBe(1);
    }

    [Fact]
    public void Apply_NormalizationStatistics_NeedNoData()
    {
        Model model = Network("resnet-8");
        DataSet data = Samples(model, 4, seed: 77);
        List<string> warnings = [];
        var settings = new QuantizeStaticSettings { Ranges = RangeSource.Statistics, InputRange = [-0.5, 0.5] };
        new QuantizeStatic().Needs(settings).ShouldBe(MethodNeeds.None);
        Model quantized = new QuantizeStatic().Apply(model, settings, new CompressionContext { Warnings = warnings.Add });
        Decibels(Run(model, data), Run(quantized, data)).ShouldBeGreaterThan(10);
        warnings.ShouldHaveSingleItem();
        Should.Throw<RecipeException>(() => new QuantizeStatic().Apply(model, settings with { InputRange = [] })).Message.ShouldContain("input-range");
    }

    [Fact]
    public void Apply_TooFewOrConstantSamples_AreWarnedOf()
    {
        Model model = Network("lenet-5");
        List<string> warnings = [];
        DataSet constant = Samples(model, 4, scale: 0);
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model) with { Calibration = constant, Warnings = warnings.Add });
        warnings.ShouldContain(w => w.Contains("4 samples"));
        warnings.ShouldContain(w => w.Contains("same number"));
        foreach (Node node in quantized.Nodes.Where(n => n.Operator is QuantizeLinear))
            quantized.Constants[node.Inputs[1]].Floats[0].ShouldBeInRange(1e-18f, 1e18f);
    }

    [Fact]
    public void Apply_SamplesOfAnotherRange_AreWarnedOf()
    {
        Model model = Network("resnet-8");
        // What the first normalization sees in training.
        Node norm = model.Nodes.First(n => n.Operator is BatchNormalization);
        var (sum, squares, count) = (0.0, 0.0, 0);
        new ActivationWalk(Samples(model, 16), new Preprocessing { Scale = 1 }).Run(model, [norm.Inputs[0]], p =>
        {
            foreach (float v in p[norm.Inputs[0]].Floats)
            {
                sum += v;
                squares += v * v;
                count++;
            }
        }, CancellationToken.None);
        int channels = model.Weights[norm.Inputs[3]].Length;
        model = model.WithWeights([
            new(norm.Inputs[3], new Dense(Shape.Of(channels), Enumerable.Repeat((float)(sum / count), channels).ToArray())),
            new(norm.Inputs[4], new Dense(Shape.Of(channels), Enumerable.Repeat((float)(squares / count), channels).ToArray()))]);
        List<string> warnings = [];
        new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model, warnings: warnings));
        warnings.ShouldBeEmpty();
        new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model, warnings: warnings) with { Calibration = Samples(model, 40, scale: 255) });
        warnings.ShouldContain(w => w.Contains("0..255"));
    }

    [Fact]
    public void Apply_WithoutDataOrQuantizedAlready_Says()
    {
        Model model = Network("lenet-5");
        Should.Throw<RecipeException>(() => new QuantizeStatic().Apply(model, new QuantizeStaticSettings())).Message.ShouldContain("--data");
        Model quantized = new QuantizeStatic().Apply(model, new QuantizeStaticSettings(), Context(model));
        Should.Throw<RecipeException>(() => new QuantizeStatic().Apply(quantized, new QuantizeStaticSettings(), Context(model))).Message.ShouldContain("already");
        new QuantizeStaticSettings { ActivationBits = 12 }.Faults().ShouldHaveSingleItem();
    }

    [Fact]
    public void Apply_Dynamic_ComputesNearlyTheSame()
    {
        Model model = Network("lenet-5");
        DataSet data = Samples(model, 4, seed: 77);
        Model quantized = new QuantizeDynamic().Apply(model, new QuantizeDynamicSettings());
        Decibels(Run(model, data), Run(quantized, data)).ShouldBeGreaterThan(20);
        quantized.Nodes.Count(n => n.Operator is DynamicQuantizeLinear).ShouldBe(LayerSelector.Select(model, []).Length);
    }

    /// <summary>The memory of a calibration does not grow with the samples.</summary>
    [Fact]
    public void Collect_ManySamples_AllocatesAsMuchAsFew()
    {
        Model model = Simplify.ForInference(Network("lenet-5"));
        QuantizationPlan plan = QuantizationPlan.Of(model, _ => false);
        DataSet data = Samples(model, 1000);
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
        {
            long few = Allocated(96), many = Allocated(992);
            many.ShouldBeLessThan(few + few / 10, method.ToString());

            long Allocated(int count)
            {
                var collector = new RangeCollector(plan, [.. plan.Groups.Select(_ => new ActivationFormat())], f => Calibrators.Create(method, f));
                long before = GC.GetAllocatedBytesForCurrentThread();
                collector.Collect(model, ActivationWalk.For(model, data.Slice(0, count), 1), null, CancellationToken.None);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }
}
