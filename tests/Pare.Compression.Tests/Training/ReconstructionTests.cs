using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;
using Pare.Compression.Zoo;

namespace Pare.Compression.Tests.Training;

public class ReconstructionTests
{
    private static Model Network() => new NetworkBuilder("bottleneck", new WeightStart(1), 8).Linear("fc1", 3).Tanh("tanh").Linear("fc2", 8).Build("again");

    // Points on a plane within eight dimensions: three numbers say all of them.
    private static DataSet Plane(int count, int classes)
    {
        var rng = new Rng(2);
        var samples = new float[8 * count];
        for (int i = 0; i < count; i++)
        {
            (double u, double v) = (rng.NextDouble() - 0.5, rng.NextDouble() - 0.5);
            for (int j = 0; j < 8; j++) samples[8 * i + j] = (float)(u * Math.Cos(j) + v * Math.Sin(j));
        }
        return DataSet.FromFloats("plane", [8], classes, samples, classes == 0 ? null : new int[count]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Train_ToMakeTheInputAgain_NeedsNoLabelsAndKeepsTheEpochOfTheLeastLoss(int classes)
    {
        DataSet data = Plane(200, classes);
        TrainingSettings settings = TestNets.Quick with { Epochs = 30, Goal = TrainingGoal.Reconstruction };
        TrainingResult result = Trainer.Train(new TrainingTask(Network(), data, settings));
        result.Epochs.ShouldAllBe(e => double.IsNaN(e.Accuracy) && double.IsNaN(e.ValidationAccuracy));
        result.Epochs[result.BestEpoch - 1].ValidationLoss.ShouldBe(result.Epochs.Min(e => e.ValidationLoss));
        double before = Evaluator.ReconstructionError(Network(), data), after = Evaluator.ReconstructionError(result.Model, data);
        after.ShouldBeLessThan(0.05 * before);
    }

    [Fact]
    public void Train_ToMakeTheInputAgain_CannotFollowATeacher()
    {
        TrainingSettings settings = TestNets.Quick with { Goal = TrainingGoal.Reconstruction, TeacherShare = 0.5 };
        var task = new TrainingTask(Network(), Plane(50, 1), settings) { Teacher = Network() };
        Should.Throw<RecipeException>(() => Trainer.Train(task)).Message.ShouldContain("teacher-share");
    }

    [Fact]
    public void ReconstructionError_OutputOfAnotherLength_IsAModelException() =>
        Should.Throw<ModelException>(() => Evaluator.ReconstructionError(TestNets.Perceptron(), TestNets.Clouds(9))).Message.ShouldContain("as many numbers");

    [Fact]
    public void IsGoalOf_TheModelsMetadata_IsOverruledByTheUser()
    {
        Model model = ArchitectureCatalog.Default.Get("deep-autoencoder").Outline();
        Reconstruction.IsGoalOf(model).ShouldBeTrue();
        Reconstruction.IsGoalOf(model, TrainingGoal.Classes).ShouldBeFalse();
        Reconstruction.IsGoalOf(Network()).ShouldBeFalse();
    }
}
