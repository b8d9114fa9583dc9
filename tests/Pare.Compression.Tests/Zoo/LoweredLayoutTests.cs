using Pare.Compression.Zoo;
using Pare.Operators;
using Pare.Runtime;

namespace Pare.Compression.Tests.Zoo;

/// <summary>Networks of convolutions run with channels last from end to end: pictures are moved where they come in, never again.</summary>
public class LoweredLayoutTests
{
    [Theory]
    [InlineData("lenet-5")]
    [InlineData("lenet-5-classic")]
    [InlineData("nin")]
    [InlineData("vgg-16-cifar")]
    [InlineData("vgg-small")]
    [InlineData("googlenet")]
    [InlineData("googlenet-torchvision")]
    [InlineData("inception-v2")]
    [InlineData("inception-v3")]
    [InlineData("resnet-18")]
    [InlineData("resnet-50")]
    [InlineData("resnet-8")]
    [InlineData("resnet-20")]
    [InlineData("squeezenet-1.0")]
    [InlineData("squeezenet-1.1")]
    [InlineData("mobilenet-v1")]
    [InlineData("mobilenet-v2")]
    [InlineData("shufflenet-v1")]
    [InlineData("shufflenet-v2")]
    [InlineData("ds-cnn")]
    [InlineData("mobilenet-v1-0.25-96")]
    public void Build_OfANetwork_IsOneRegion(string name)
    {
        Architecture architecture = ArchitectureCatalog.Default.Get(name);
        var plan = ExecutionPlan.Build(architecture.Build(seed: 1), new PlanOptions { Threads = 1 });
        Node[] moves = [.. plan.Lowered.Nodes.Where(n => n.Operator is Transpose)];
        // A picture of one colour lies the same way either way.
        moves.Length.ShouldBe(plan.Lowered.Inputs[0].Type.Shape[1] == 1 ? 0 : 1);
        plan.Steps.Where(s => s.Kernel == "evaluate" && !s.Node.Operator.IsView).Select(s => s.Node.ToString()).ShouldBeEmpty();
    }
}
