using Pare.Compression.Evaluation;
using Pare.Compression.Methods;
using Pare.Compression.Quantization;
using Pare.Compression.Tests.Training;
using Pare.Compression.Training;
using Pare.Encodings;
using Pare.Operators;
using Pare.Passes;

namespace Pare.Compression.Tests.Methods;

public sealed class QuantizeAwareTrainingTests : IDisposable
{
    private static readonly QuantizeAwareTraining Method = new();
    private static readonly TrainingSettings Short = TestNets.Quick with { Epochs = 6, LearningRate = 0.01, Validation = 0 };
    private static readonly Lazy<Model> Trained = new(() => Trainer.Train(new TrainingTask(TestNets.Residual(), TestNets.Pictures(200), Short)).Model);

    private readonly string _folder = Directory.CreateTempSubdirectory("pare-quantize-aware-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(StepRule.Lsq, BatchNormHandling.Live, WeightGranularity.Channel)]
    [InlineData(StepRule.Lsq, BatchNormHandling.Folded, WeightGranularity.Tensor)]
    [InlineData(StepRule.Pact, BatchNormHandling.Frozen, WeightGranularity.Tensor)]
    public void Apply_TwoBits_RecoversWhatRoundingLost(StepRule rule, BatchNormHandling norms, WeightGranularity per)
    {
        var settings = new QuantizeAwareSettings { WeightBits = 2, ActivationBits = 2, FirstLastBits = 0, ActivationRule = rule, BatchNorm = norms, Per = per, Train = Short };
        double before = Loss(Trained.Value), rounded = Loss(Apply(settings with { Train = Short with { Epochs = 0 } }));
        Model model = Apply(settings);
        rounded.ShouldBeGreaterThan(3 * before, "else there is nothing to recover");
        Loss(model).ShouldBeLessThan((before + rounded) / 2);
        ShouldBeStored(model, 2);
    }

    [Fact]
    public void Apply_FirstAndLastLayer_HaveTheirOwnWidth()
    {
        Model model = Apply(new QuantizeAwareSettings { WeightBits = 3, ActivationBits = 4, Train = Short with { Epochs = 1 } });
        Bits(model, "conv1.weight").ShouldBe(8);
        Bits(model, "conv2.weight").ShouldBe(3);
        Bits(model, "fc.weight").ShouldBe(8);
        // conv2 alone reads 4 bits; the picture, both summands, pool and head are 8 bits wide, some behind a clip of their own.
        model.Nodes.Count(n => n.Operator is Clip && model.Constants[n.Inputs[2]].Floats[0] / Scale(model, n) is > 14.9f and < 15.1f).ShouldBe(1);
        foreach (Node node in model.Nodes.Where(n => n.Operator is Conv or Gemm or GlobalAveragePool or Binary { Name: "Add" }))
            foreach (string input in NodeRoles.Operands(node)) model.Producer(input)!.Operator.ShouldBeOfType<DequantizeLinear>($"{node} reads '{input}'");
    }

    [Fact]
    public void Apply_StoredAndRead_ComputesTheSame()
    {
        Model model = Apply(new QuantizeAwareSettings { WeightBits = 4, ActivationBits = 4, Train = Short with { Epochs = 1 } });
        string path = Path.Combine(_folder, "model.pare");
        ModelFile.Save(model, path);
        Evaluator.Run(ModelFile.Load(path), TestNets.Pictures(60)).MeanLoss.ShouldBe(Evaluator.Run(model, TestNets.Pictures(60)).MeanLoss);
    }

    [Fact]
    public void Prepare_Finish_ComputeTheSameButForWhatStandsBetween()
    {
        // Frozen codes and pairs in the place of latent numbers and FakeQuantize: the folded network's numbers, bit for bit.
        Model aware = Prepared(new QuantizeAwareSettings { WeightBits = 3, ActivationBits = 3 });
        Model frozen = aware.WithWeights(aware.Weights.Select(w => KeyValuePair.Create(w.Key, w.Value.Freeze())));
        double loss = Evaluator.Run(aware, TestNets.Pictures(60)).MeanLoss;
        Evaluator.Run(frozen, TestNets.Pictures(60)).MeanLoss.ShouldBe(loss);
        Evaluator.Run(FakeQuantization.Part(frozen), TestNets.Pictures(60)).MeanLoss.ShouldBe(loss);
    }

    [Fact]
    public void Apply_FactorsBelowZero_BecomePositiveScales()
    {
        string factor = Trained.Value.Nodes.First(n => n.Operator is BatchNormalization).Inputs[1];
        float[] values = [.. Trained.Value.Weights[factor].ToArray().Select((v, i) => i % 2 == 0 ? -v : v)];
        Model negative = Trained.Value.WithWeights([new(factor, new Dense(Shape.Of(values.Length), values))]);
        Model turned = PositiveFactors.Apply(negative, LayerSelector.Select(negative, []));
        turned.Weights[factor].ToArray().Min().ShouldBeGreaterThan(0);
        Loss(turned).ShouldBe(Loss(negative), 1e-6 * Loss(negative));
        Model model = Method.Apply(negative, new QuantizeAwareSettings { Train = Short with { Epochs = 0 } }, Context());
        model.Weights["conv1.weight"].ShouldBeOfType<Scaled>().Scales.ToArray().Min().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Train_InterruptedAndResumed_GivesTheSameBytes()
    {
        var task = new TrainingTask(Prepared(new QuantizeAwareSettings { WeightBits = 2, ActivationBits = 2 }), TestNets.Pictures(64), Short with { Epochs = 2 });
        Model whole = Trainer.Train(task).Model;
        TrainingTask kept = task with { Settings = task.Settings with { Checkpoint = Path.Combine(_folder, "checkpoint") } };
        using (var stop = new CancellationTokenSource())
        {
            stop.Cancel();
            Trainer.Train(kept, null, stop.Token).Reason.ShouldBe(StopReason.Cancelled);
        }
        Fingerprint.Of(Trainer.Train(kept).Model).ShouldBe(Fingerprint.Of(whole));
        Fingerprint.Of(Trainer.Train(task with { Settings = task.Settings with { Threads = 3 } }).Model).ShouldBe(Fingerprint.Of(whole));
    }

    [Fact]
    public void Apply_PrunedAndClustered_KeepsZerosAndClusters()
    {
        Model pruned = new MagnitudePruning().Apply(Trained.Value, new PruningSettings { Sparsity = 0.6 }, null, "conv2");
        Model both = new KMeansClustering().Apply(pruned, new KMeansSettings { Bits = 3 }, null, "fc");
        Model model = Method.Apply(both, new QuantizeAwareSettings { Train = Short with { Epochs = 1 } }, Context());
        var sparse = EncodingTree.Find<Sparse>(model.Weights["conv2.weight"])!;
        sparse.Positions.ToArray().ShouldBe(pruned.Sparse("conv2.weight").Positions.ToArray());
        model.Weights["conv2.weight"].ToString().ShouldBe("scaled(dense, sparse(integer))");
        model.Weights["fc.weight"].ToString().ShouldBe("codebook(scaled(dense, integer))");
    }

    [Fact]
    public void Apply_CalibratedNetwork_GoesOnFromItsScales()
    {
        Model calibrated = new QuantizeStatic().Apply(Trained.Value, new QuantizeStaticSettings { Samples = 64 }, Context());
        Model model = Method.Apply(calibrated, new QuantizeAwareSettings { Train = Short with { Epochs = 0 } }, Context());
        foreach (string weight in calibrated.WeightsInOrder()) model.Weights[weight].ToArray().ShouldBe(calibrated.Weights[weight].ToArray(), weight);
        Evaluator.Run(model, TestNets.Pictures(60)).MeanLoss.ShouldBe(Evaluator.Run(calibrated, TestNets.Pictures(60)).MeanLoss);
        Errors(Method.Apply(calibrated, new QuantizeAwareSettings { Train = Short with { Epochs = 1 } }, Context())).ShouldBeLessThan(10);
    }

    [Fact]
    public void Apply_LayerLeftOut_StaysInFloats()
    {
        Model model = Method.Apply(Trained.Value, new QuantizeAwareSettings { Train = Short with { Epochs = 1 } }, Context(), "conv1", "fc");
        model.Weights["conv2.weight"].ShouldBeOfType<Dense>();
        model.Producer(model.Nodes.Single(n => n.Inputs.Contains("conv2.weight")).Inputs[0])!.Operator.ShouldNotBeOfType<DequantizeLinear>();
    }

    [Fact]
    public void Faults_WhatCannotBe_IsSaid()
    {
        new QuantizeAwareSettings { Per = WeightGranularity.Group }.Faults().Single().ShouldContain("'tensor'");
        new QuantizeAwareSettings { FirstLastBits = 1 }.Faults().Single().ShouldContain("2 to 8");
        Should.Throw<RecipeException>(() => Method.Apply(Trained.Value, new QuantizeAwareSettings(), new CompressionContext())).Message.ShouldContain("--data");
        Should.Throw<RecipeException>(() => Method.Apply(Trained.Value, new QuantizeAwareSettings(), Context(), "*.bias")).Message.ShouldContain("bias");
    }

    private static Model Apply(QuantizeAwareSettings settings) => Method.Apply(Trained.Value, settings, Context());

    private static Model Prepared(QuantizeAwareSettings settings)
    {
        var layers = new Layers(LayerSelector.Select(Trained.Value, []), settings);
        return QuantizeAwareTraining.Prepare(Trained.Value, layers, settings, Context(), CancellationToken.None);
    }

    private static CompressionContext Context() => new()
    {
        Seed = 3,
        Training = TestNets.Pictures(200),
        Retrainer = new Retrainer(TimeProvider.System),
    };

    private static double Loss(Model model) => Evaluator.Run(model, TestNets.Pictures(200)).MeanLoss;

    private static int Errors(Model model) => Evaluator.Run(model, TestNets.Pictures(200)).Errors;

    private static int Bits(Model model, string weight) => EncodingTree.Find<Integer>(model.Weights[weight])!.Codes.Bits;

    private static float Scale(Model model, Node clip) => model.Constants[model.Nodes.First(n => n.Operator is QuantizeLinear && n.Inputs[0] == clip.Outputs[0]).Inputs[1]].Floats[0];

    private static void ShouldBeStored(Model model, int bits)
    {
        model.Nodes.ShouldNotContain(n => n.Operator is FakeQuantize || n.Operator is BatchNormalization);
        foreach (string weight in new[] { "conv1.weight", "conv2.weight", "fc.weight" })
        {
            Bits(model, weight).ShouldBe(bits);
            model.Weights[weight].ToString().ShouldBe("scaled(dense, integer)");
        }
        foreach (Node node in model.Nodes.Where(n => n.Operator is QuantizeLinear)) model.Constants[node.Inputs[1]].Floats[0].ShouldBeGreaterThan(0);
    }
}
