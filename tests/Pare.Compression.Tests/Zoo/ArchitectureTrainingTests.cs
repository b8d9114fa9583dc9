using Pare.Compression.Settings;
using Pare.Compression.Training;
using Pare.Compression.Zoo;
using Pare.Runtime;

namespace Pare.Compression.Tests.Zoo;

public class ArchitectureTrainingTests
{
    // The smallest picture, and where fully connected layers would still be huge the narrowest form.
    private static readonly Dictionary<string, string[]> Small = new(StringComparer.Ordinal)
    {
        ["alexnet"] = ["resolution=63", "classes=5"],
        ["alexnet-caffe"] = ["resolution=67", "classes=5"],
        ["vgg-11"] = ["resolution=32", "width=0.1", "classes=5"],
        ["vgg-16"] = ["resolution=32", "width=0.1", "classes=5"],
        ["vgg-19"] = ["resolution=32", "width=0.1", "classes=5"],
        ["vgg-11-cifar"] = ["width=0.1"],
        ["vgg-16-cifar"] = ["width=0.1"],
        ["vgg-19-cifar"] = ["width=0.1"],
        ["vgg-small"] = ["width=0.1"],
        ["inception-v3"] = ["resolution=75"],
        ["googlenet"] = ["resolution=32"],
        ["googlenet-torchvision"] = ["resolution=32"],
        ["inception-v2"] = ["resolution=32"],
        ["resnet-18"] = ["resolution=32"],
        ["resnet-34"] = ["resolution=32"],
        ["resnet-50"] = ["resolution=32"],
        ["resnet-101"] = ["resolution=32"],
        ["squeezenet-1.0"] = ["resolution=32", "bypass=complex"],
        ["squeezenet-1.1"] = ["resolution=32", "bypass=simple"],
        ["mobilenet-v1"] = ["resolution=32"],
        ["mobilenet-v2"] = ["resolution=32"],
        ["shufflenet-v1"] = ["resolution=32"],
        ["shufflenet-v2"] = ["resolution=32"],
        ["mobilenet-v1-0.25-96"] = ["resolution=32"],
    };

    public static TheoryData<string> Names() => [.. ArchitectureCatalog.Default.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TrainingGraph_OfEachArchitecture_RunsAndReachesEveryWeight(string name)
    {
        const int Batch = 3;
        Architecture architecture = ArchitectureCatalog.Default.Get(name);
        IEnumerable<KeyValuePair<string, string>> settings = Small.GetValueOrDefault(name, []).Select(s => s.Split('=')).Select(p => KeyValuePair.Create(p[0], p[1]));
        Model model = architecture.Build(SettingsBinder.Bind(architecture.Defaults, settings, name), seed: 5);
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = Batch, Loss = LossOf(model) });
        var session = new Session(ExecutionPlan.Build(graph.Model));
        foreach (string weight in graph.Gradients.Keys.Concat(graph.Statistics.Select(s => s.Weight))) model.Weights[weight].Decode(0, session.Input(weight).Floats);
        var rng = new Rng(6);
        foreach (ref float value in session.Input(graph.Input).Floats) value = (float)rng.NextNormal();
        for (int i = 0; i < Batch; i++) session.Input(graph.Labels).As<int>()[i] = i % 2;

        session.Run();

        float loss = session.Output(graph.Loss).Floats[0];
        loss.ShouldBeInRange(0.01f, 1e4f);
        graph.Gradients.Keys.ShouldBe(TrainingGraph.Candidates(model), ignoreOrder: true);
        foreach ((string weight, string output) in graph.Gradients)
        {
            Span<float> gradient = session.Output(output).Floats;
            foreach (float g in gradient) float.IsFinite(g).ShouldBeTrue(weight);
            gradient.ContainsAnyExcept(0f).ShouldBeTrue($"the gradient of {weight} is all zeros");
        }
    }

    private static Loss LossOf(Model model) => Reconstruction.IsGoalOf(model) ? new Reconstruction(model.Inputs[0].Name) : new CrossEntropy();
}
