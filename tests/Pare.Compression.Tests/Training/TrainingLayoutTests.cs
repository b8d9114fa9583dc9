using Pare.Compression.Training;
using Pare.Compression.Zoo;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Tests.Training;

public class TrainingLayoutTests
{
    /// <summary>
    /// The picture is turned to channels last once (LeNet's has one channel: nothing moves); LeNet's features are turned back for its products, and their gradient again.
    /// </summary>
    [Theory]
    [InlineData("resnet-20", 1)]
    [InlineData("resnet-8", 1)]
    [InlineData("mobilenet-v1", 1)]
    [InlineData("lenet-5", 2)]
    public void Plan_OfATrainingStep_IsOneRegionOfChannelsLast(string network, int transposes)
    {
        ExecutionPlan plan = PlanOf(network);
        plan.Lowered.Nodes.Count(n => n.Operator is Transpose).ShouldBe(transposes, string.Join("\n", plan.Lowered.Nodes.Where(n => n.Operator is Transpose)));
    }

    [Theory]
    [InlineData("resnet-20")]
    [InlineData("mobilenet-v1")]
    [InlineData("lenet-5")]
    public void Plan_OfATrainingStep_HasAKernelForEveryNode(string network) =>
        PlanOf(network).Steps.Where(s => s.Kernel == "evaluate" && !s.Node.Operator.IsView).Select(s => s.Node.Operator.Name).ShouldBeEmpty();

    /// <summary>A block's rectifiers, additions and their gradients are within batch norms and convolutions.</summary>
    [Fact]
    public void Plan_OfResNet20_LeavesNoElementWisePassOverImages() => PlanOf("resnet-20").Lowered.Nodes
        .Where(n => n.Operator.Name is "Relu" or "ReluGradient" or "Add" or "Sum")
        .Select(n => n.Name).ShouldBeEmpty();

    private static ExecutionPlan PlanOf(string network)
    {
        Model model = ArchitectureCatalog.Default.Get(network).Build();
        return ExecutionPlan.Build(TrainingGraph.Build(model, new TrainingGraphOptions { Batch = 2 }).Model, new PlanOptions { Threads = 2 });
    }
}
