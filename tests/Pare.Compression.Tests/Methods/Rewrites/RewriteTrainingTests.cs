using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Tests.Rewriting;
using Pare.Compression.Training;

namespace Pare.Compression.Tests.Methods.Rewrites;

public class RewriteTrainingTests
{
    [Theory]
    [InlineData("rewrite.global-pool-head")]
    [InlineData("rewrite.shrink-kernel")]
    [InlineData("rewrite.shrink-kernel:stack=true")]
    [InlineData("rewrite.separable:between=batch-norm-relu")]
    [InlineData("rewrite.fire:squeeze=0.25")]
    [InlineData("rewrite.group-shuffle:groups=5,shuffle=always")]
    [InlineData("rewrite.downsample:when=early")]
    public void Train_LeNet5OnDigitsAfterTheRewrite_Learns(string step)
    {
        DataSource digits = DataSourceCatalog.Default.Find("digits");
        DataSet train = digits.Open(DataPart.Train, DataLocations.None).Slice(0, 1200), test = digits.Open(DataPart.Test, DataLocations.None).Slice(0, 500);
        RecipeStep parsed = Recipe.FromArguments([step]).Steps[0];
        Model model = RewriteNets.Of("lenet-5");
        Model rewritten = parsed.Method.Apply(model, parsed.ChooseLayers(model), parsed.Settings, new CompressionContext(), CancellationToken.None);
        TrainingSettings settings = new() { Epochs = 2, BatchSize = 24, Optimizer = "adam", LearningRate = 0.003, Validation = 0, Threads = 2 };
        Metrics metrics = Evaluator.Run(Trainer.Train(new TrainingTask(rewritten, train, settings)).Model, test);
        metrics.Accuracy.ShouldBeGreaterThan(0.7);
    }
}
