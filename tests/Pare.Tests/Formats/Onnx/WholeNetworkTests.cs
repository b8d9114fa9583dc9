using Pare.Formats;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;
using Pare.Inspection;
using Pare.Operators;
using Pare.Runtime;
using Xunit.Abstractions;

namespace Pare.Tests.Formats.Onnx;

/// <summary>
/// ONNX's backend tests of kind light, the classic networks as the model zoo has them (IR version 3, weights listed as inputs and made by
/// ConstantOfShape), and of kind simple, small models of several operators: all that can be done with them without compressing.
/// </summary>
public class WholeNetworkTests(ITestOutputHelper output)
{
    private const float RelativeTolerance = 1e-3f, AbsoluteTolerance = 1e-7f;

    public static TheoryData<string> Light => [.. BackendTestFiles.Light];

    [SharedDataTheory(BackendTestFiles.Archive), MemberData(nameof(Light))]
    public void Run_LightNetwork_GivesTheExpectedOutput(string name)
    {
        Model model = Read(name);
        ShouldBeNear(Run(model), Expected(name), name);
    }

    /// <summary>Saving compares the file with the model, to the bit.</summary>
    [SharedDataTheory(BackendTestFiles.Archive), MemberData(nameof(Light))]
    public void Save_LightNetwork_ReadsBackInEveryForm(string name)
    {
        Model model = Read(name);
        using var folder = new TemporaryFolder();
        ModelFile.Save(model, folder["net.pare"]);
        foreach (int opset in (int[])[9, 11, 13, 17, 21])
            ModelFile.Save(model, folder[$"net{opset}.onnx"], new OnnxFormat(new OnnxWriteOptions { Opset = opset }), ModelFileContext.Default);
        if (name != "squeezenet") return; // its softmax is over [1, 1000, 1, 1], which changed its meaning with opset 13
        foreach (string file in (string[])["net.pare", "net9.onnx", "net17.onnx"]) ShouldBeNear(Run(ModelFile.Load(folder[file])), Expected(name), file);
    }

    /// <summary>Multiply-accumulates of these networks, from their shapes.</summary>
    [SharedDataTheory(BackendTestFiles.Archive)]
    [InlineData("bvlc_alexnet", 654_560_384)]
    [InlineData("vgg19", 19_632_062_464)]
    [InlineData("resnet50", 4_089_184_256)]
    public void Profile_LightNetwork_CountsItsMultiplications(string name, long macs)
    {
        var profile = Profile.Of(Read(name));
        profile.MemoryFault.ShouldBeNull();
        profile.Macs.ShouldBe(macs);
    }

    [SharedDataFact(BackendTestFiles.Archive)]
    public void Run_SimpleModels_AllInScopeGiveTheExpectedOutputs()
    {
        NodeTestArchive archive = NodeTestArchive.Open("simple");
        int run = 0;
        foreach (string test in archive.Names)
        {
            ModelProto file = archive.Model(test).Proto();
            if (NodeTestScope.OutOfScope(file) is { } why)
            {
                output.WriteLine($"{test}: out of scope: {why}");
                continue;
            }
            foreach ((Tensor[] inputs, Tensor[] expected) in archive.DataSets(test))
            {
                Model model = OnnxFiles.Read(archive.Model(test), OperatorCatalog.Default);
                Tensor[] found = ScalarRun.Run(model, file.Graph.Input.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second, StringComparer.Ordinal));
                for (int i = 0; i < expected.Length; i++) ShouldBeNear(found[i], expected[i], test);
                run++;
            }
        }
        run.ShouldBe(7);
    }

    private static Model Read(string name) => OnnxFiles.Read(BackendTestFiles.LightModel(name), OperatorCatalog.Default);

    private static Tensor Expected(string name) => NodeTestArchive.Tensor(BackendTestFiles.LightOutput(name), name);

    // ONNX's test runner feeds these networks i / n.
    private static Tensor Run(Model model)
    {
        var session = new Session(ExecutionPlan.Build(model, new PlanOptions { Threads = 1 }));
        Span<float> input = session.Input(model.Inputs.Single().Name).Floats;
        for (int i = 0; i < input.Length; i++) input[i] = (float)((double)i / input.Length);
        session.Run();
        return session.Output(model.Outputs.Single());
    }

    private static void ShouldBeNear(Tensor found, Tensor expected, string what)
    {
        found.Type.ShouldBe(expected.Type, what);
        if (found.DType != DType.F32)
        {
            found.Bytes.SequenceEqual(expected.Bytes).ShouldBeTrue(what);
            return;
        }
        for (int i = 0; i < found.Length; i++)
            found.Floats[i].ShouldBe(expected.Floats[i], AbsoluteTolerance + RelativeTolerance * Math.Abs(expected.Floats[i]), $"{what}, element {i}");
    }
}
