using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests.Training;

public class DigitsTests
{
    [Fact]
    public void Train_EmbeddedDigitsFewEpochs_ReadsMostOfTheTestDigits()
    {
        DataSource digits = DataSourceCatalog.Default.Find("digits");
        DataSet train = digits.Open(DataPart.Train, DataLocations.None).Slice(0, 3500), test = digits.Open(DataPart.Test, DataLocations.None);
        Model narrow = new NetworkBuilder("narrow", 1, 1, 28, 28).Flatten("flatten").Linear("fc1", 32).Relu("relu1").Linear("fc2", 10).Build();
        TrainingSettings settings = new() { Epochs = 2, BatchSize = 16, Optimizer = "adam", LearningRate = 0.003, Validation = 500, Threads = 2 };
        TrainingResult result = Trainer.Train(new TrainingTask(narrow, train, settings));
        Metrics metrics = Evaluator.Run(result.Model, test);
        metrics.Samples.ShouldBe(1500);
        metrics.Accuracy.ShouldBeGreaterThan(0.85);
        metrics.TopFiveAccuracy!.Value.ShouldBeGreaterThan(0.97);
    }
}
