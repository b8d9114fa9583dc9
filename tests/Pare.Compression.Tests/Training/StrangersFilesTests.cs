using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;
using Pare.Passes;
using Pare.Runtime;

namespace Pare.Compression.Tests.Training;

public class StrangersFilesTests
{
    [SharedDataFact("models/resnet-cifar10/resnet20-cifar10.onnx")]
    public void Build_ExportedResNet20_TrainsEveryWeightButTheStatistics()
    {
        Model model = Simplify.ForTraining(ModelFile.Load(SharedData.PathOf("models/resnet-cifar10/resnet20-cifar10.onnx")));
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = 4 });
        graph.Statistics.Length.ShouldBe(2 * 19);
        graph.Gradients.Keys.Sum(w => (long)model.Weights[w].Length).ShouldBe(269_722);
        ExecutionPlan.Build(graph.Model, new PlanOptions { Threads = 1 }).ArenaBytes.ShouldBeGreaterThan(0);
    }

    [SharedDataFact("models/mnist-8.onnx")]
    public void Run_Mnist8OfBatchOne_ReadsTheEmbeddedDigits()
    {
        Model model = ModelFile.Load(SharedData.PathOf("models/mnist-8.onnx"));
        DataSet digits = DataSourceCatalog.Default.Find("digits").Open(DataPart.Test, DataLocations.None).Slice(0, 60);
        Evaluator.Run(model, digits).Errors.ShouldBeLessThanOrEqualTo(3);
    }
}
