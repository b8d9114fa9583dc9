using Pare.Peers.Strangers;
using Pare.Runtime;

namespace Pare.Tests.Formats.Onnx;

/// <summary>Networks as PyTorch exports them, held against what PyTorch computed. bench/peers/strangers.sh holds many more.</summary>
public class StrangersTests
{
    private const double Allowed = 1e-5;

    private static readonly StrangerFile[] Files = [.. StrangerFile.All(Path.Combine(AppContext.BaseDirectory, "Formats", "Onnx", "Strangers"), [])];

    public static TheoryData<string> Names => [.. Files.Select(f => f.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Run_ExportedNetwork_EqualsPyTorch(string name)
    {
        StrangerFile file = Files.Single(f => f.Name == name);
        Model model = ModelFile.Load(file.Path);
        Tensor[] expected = [.. file.Outputs.Select(o => o.Value)];
        Differences.Of(ScalarRun.Run(model, file.Inputs), expected).ShouldBeLessThan(Allowed);
        Differences.Of(Run(model, file), expected).ShouldBeLessThan(Allowed);
        using var folder = new TemporaryFolder();
        foreach (string format in (string[])["net.pare", "net.onnx"])
        {
            ModelFile.Save(model, folder[format]);
            Differences.Of(Run(ModelFile.Load(folder[format]), file), expected).ShouldBeLessThan(Allowed, format);
        }
    }

    /// <summary>The reshapes of this export hold the example's batch of 2, though the batch is declared open.</summary>
    [Fact]
    public void Load_BatchThatReshapesFix_IsFixed() =>
        ModelFile.Load(Files.Single(f => f.Name == "shufflenet").Path).Inputs.Single().Type.Shape.ShouldBe(Shape.Of(2, 3, 16, 16));

    [Fact]
    public void Load_BatchThatReshapesLeaveOpen_StaysOpen() =>
        ModelFile.Load(Files.Single(f => f.Name == "se-view").Path).Inputs.Single().Type.Shape.IsFixed.ShouldBeFalse();

    private static Tensor[] Run(Model model, StrangerFile file)
    {
        var bindings = new Dictionary<string, long>(StringComparer.Ordinal) { ["batch"] = file.Inputs.First().Value.Dims[0] };
        var session = new Session(ExecutionPlan.Build(model, new PlanOptions { Threads = 1 }, bindings));
        foreach ((string name, _) in model.Inputs) file.Inputs[name].Bytes.CopyTo(session.Input(name).Bytes);
        session.Run();
        return [.. model.Outputs.Select(o => session.Output(o).Clone())];
    }
}
