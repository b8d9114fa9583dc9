using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests.Training;

public class DigitsTests
{
    [Fact]
    public void Train_EmbeddedDigitsTwoEpochsOfLeNet300100_ReadsMostOfTheTestDigits()
    {
        DataSource digits = DataSourceCatalog.Default.Find("digits");
        DataSet train = digits.Open(DataPart.Train, DataLocations.None), test = digits.Open(DataPart.Test, DataLocations.None);
        TrainingSettings settings = new() { Epochs = 2, BatchSize = 64, Optimizer = "adam", LearningRate = 0.002, Validation = 500, Threads = 2 };
        TrainingResult result = Trainer.Train(new TrainingTask(ArchitectureCatalog.Default.Get("lenet-300-100").Build(seed: 1), train, settings));
        Metrics metrics = Evaluator.Run(result.Model, test);
        metrics.Samples.ShouldBe(1500);
        metrics.Accuracy.ShouldBeGreaterThan(0.85);
        metrics.TopFiveAccuracy!.Value.ShouldBeGreaterThan(0.97);
    }
}
