using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Reporting;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests;

/// <summary>The real thing, small: real digits, real training, a real file.</summary>
public class DeepCompressionTests
{
    private const string Steps = """
        seed: 3
        train: {batch-size: 16, optimizer: adam, learning-rate: 0.003}
        steps:
          - {method: prune.magnitude, density: {fc1: 0.08, default: 0.2}, schedule: gradual, rounds: 2, between: {epochs: 1}, retrain: {epochs: 2}}
          - {method: cluster.kmeans, bits: 4, retrain: {epochs: 1, learning-rate: 0.001}}
        """;

    private static Model Narrow() => new NetworkBuilder("narrow", 1, 1, 28, 28).Flatten("flatten").Linear("fc1", 32).Relu("relu1").Linear("fc2", 10).Build();

    private static (CompressionResult Result, Report Report, Model Trained, DataSet Test) Run(int threads)
    {
        DataSource digits = DataSourceCatalog.Default.Find("digits");
        (DataSet train, DataSet validation) = digits.Open(DataPart.Train, DataLocations.None).Slice(0, 2000).Split(400, seed: 1);
        Recipe recipe = Recipe.Parse(Steps);
        var context = new CompressionContext { Training = train, Validation = validation, Threads = threads, Retrainer = new Retrainer(TimeProvider.System) };
        Model trained = context.Retrain(Narrow(), recipe.Train with { Epochs = 3 }, CancellationToken.None);
        CompressionResult result = new Compressor(new ModelMeter(new EvaluationOptions()), TimeProvider.System).Run(trained, recipe, context, CancellationToken.None);
        return (result, Report.Of(trained, recipe, result, context), trained, digits.Open(DataPart.Test, DataLocations.None));
    }

    [Fact]
    public void Run_RealDigits_ShrinksTheFileAndKeepsTheAccuracy()
    {
        (CompressionResult result, Report report, Model trained, DataSet test) = Run(threads: 2);
        result.Stages.Select(s => s.Name).ShouldBe(["trained", "prune.magnitude", "cluster.kmeans", "+ huffman"]);
        report.After.Ratio.ShouldBeGreaterThan(20);
        report.Parameters.ShouldBe(25_450);

        var meter = new ModelMeter(new EvaluationOptions());
        Quality before = meter.Evaluate(trained, test, CancellationToken.None), after = meter.Evaluate(result.Model, test, CancellationToken.None);
        before.Accuracy.ShouldBeGreaterThan(0.85);
        after.Accuracy.ShouldBeGreaterThan(before.Accuracy - 0.05);

        LayerReport fc1 = report.Layers.Single(l => l.Weight == "fc1.weight");
        fc1.Encoding.ShouldBe("sparse(codebook(dense))");
        fc1.Density.ShouldBe(0.08, 1e-4);
        fc1.Clusters.ShouldBe(16);
        report.Layers.Sum(l => l.Bytes).ShouldBe(report.After.Bytes - report.OverheadBytes);

        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pare");
        try
        {
            File.WriteAllText(path, ""); // replaced
            ModelFile.Save(result.Model, path);
            new FileInfo(path).Length.ShouldBe(report.After.Bytes);
            meter.Evaluate(ModelFile.Load(path), test, CancellationToken.None).Errors.ShouldBe(after.Errors);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Run_OtherThreads_SameBytes() => Fingerprint.Of(Run(threads: 1).Result.Model).ShouldBe(Fingerprint.Of(Run(threads: 2).Result.Model));
}
