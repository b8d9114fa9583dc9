using Pare.Compression.Methods;
using Pare.Formats;
using Pare.Inspection;
using Pare.Operators;
using Pare.Passes;
using Pare.Passes.Channels;

namespace Pare.Compression.Tests.Rewriting;

/// <summary>The classic networks as ONNX's model zoo has them, narrowed: files that Pare did not make.</summary>
public class WholeNetworkTests
{
    public static TheoryData<string> Light => [.. BackendTestFiles.Light];

    [SharedDataTheory(BackendTestFiles.Archive), MemberData(nameof(Light))]
    public void Width_Half_OfALightNetwork_LeavesAboutAQuarter(string name)
    {
        Model model = Simplify.ForTraining(WithWeights(FormatCatalog.Default.Get("onnx").Read(new MemoryStream(BackendTestFiles.LightModel(name)), ModelFileContext.Default)));
        ChannelAnalysis.Of(model).Sources.Where(s => !s.CanShrink && s.Classes.Length != 1000).Select(s => s.Weight).ShouldBeEmpty("only the classes stay; barriers: " + string.Join("; ", ChannelAnalysis.Of(model).Barriers.Select(b => $"{b.Node} {b.Reason}")));
        var settings = new UniformWidthSettings { Width = 0.5, Importance = ChannelImportance.First };
        Model half = new UniformWidth().Apply(model, settings);
        Profile before = Profile.Of(model), after = Profile.Of(half);
        ((double)after.Macs / before.Macs).ShouldBeInRange(0.2, 0.35);
        ((double)after.Parameters / before.Parameters).ShouldBeLessThan(0.5);
        half.Types[half.Outputs[0]].ShouldBe(model.Types[model.Outputs[0]]);
    }

    // These files make their weights with ConstantOfShape; here they are zeros, whose memory is never touched.
    private static Model WithWeights(Model model)
    {
        var editor = new ModelEditor(model);
        foreach (Node node in model.Nodes)
        {
            if (node.Operator is not ConstantOfShape || model.Types[node.Outputs[0]] is not { DType: DType.F32, Shape: { IsFixed: true, Rank: > 0 } shape }) continue;
            editor.Remove(node);
            editor.SetWeight(node.Outputs[0], new Dense(shape, new float[shape.Elements]));
        }
        editor.RemoveUnused();
        return editor.Build();
    }
}
