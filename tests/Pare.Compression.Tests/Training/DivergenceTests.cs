using Pare.Compression.Data;
using Pare.Compression.Training;

namespace Pare.Compression.Tests.Training;

public class DivergenceTests
{
    private static readonly TrainingSettings Settings = TestNets.Quick with { Optimizer = "sgd", Momentum = 0, LearningRate = 0.25, Schedule = "constant" };

    [Fact]
    public void Train_ActivationsOverflow_NamesTheStepTheLayerAndWhatToTry()
    {
        Model model = TestNets.Residual();
        // bn1 normalizes whatever conv1 gives, so the first result beyond the largest float is conv2's.
        model = model.WithWeights([new("conv2.weight", Filled(model.Weights["conv2.weight"].Shape, 3e38f))]);
        TrainingResult result = Trainer.Train(new TrainingTask(model, TestNets.Pictures(75), Settings));
        result.Reason.ShouldBe(StopReason.Diverged);
        result.Message.ShouldContain("in epoch 1 at step 1: layer 'conv2' (Conv) is the first whose results are not finite");
        result.Message.ShouldContain("Lower the learning rate (now 0.25), let it climb at first (warmup-epochs), or clip gradients (clip-norm).");
    }

    [Fact]
    public void Train_WeightThatIsNotFinite_NamesIt()
    {
        Model model = TestNets.Perceptron();
        model = model.WithWeights([new("fc2.bias", Filled(model.Weights["fc2.bias"].Shape, float.NaN))]);
        Trainer.Train(new TrainingTask(model, TestNets.Clouds(100), Settings)).Message.ShouldContain("at step 1: weight 'fc2.bias' is the first that is not finite");
    }

    [Fact]
    public void Train_PreprocessingThatOverflows_SaysSo()
    {
        TrainingTask task = new(TestNets.Perceptron(), TestNets.Clouds(100), Settings) { Preprocessing = new Preprocessing { Scale = 3e38f } };
        Trainer.Train(task).Message.ShouldContain("at step 1: samples are not finite after scale, mean and std");
    }

    private static Dense Filled(Shape shape, float value) => new(shape, Enumerable.Repeat(value, (int)shape.Elements).ToArray());
}
