using Pare.Formats.Container;
using Pare.Operators;
using Pare.Passes;
using Pare.Tests.Formats.Onnx;
using Pare.Tests.Operators;

namespace Pare.Tests.Passes;

public class UnrollControlFlowTests
{
    public static TheoryData<string> Names => new(Examples.Select(e => e.ToString()));

    private static IEnumerable<OperatorExample> Examples => OperatorExamples.All.Where(e => e.Operator is If or Loop or Scan);

    [Theory, MemberData(nameof(Names))]
    public void Apply_KnownRounds_GivesPlainNodesOfTheSameResult(string name)
    {
        OperatorExample example = OperatorExamples.Find(name);
        Model model = UnrollControlFlow.Apply(example.Model());
        model.Nodes.ShouldAllBe(n => !(n.Operator is If || n.Operator is Loop || n.Operator is Scan));
        var inputs = model.Inputs.ToDictionary(i => i.Name, i => example.Inputs[int.Parse(i.Name[1..])]!);
        foreach ((Tensor found, Tensor expected) in ScalarRun.Run(model, inputs).Zip(example.Evaluate()))
            found.As<double>().ToArray().ShouldBe(expected.As<double>().ToArray());
    }

    [Theory, MemberData(nameof(Names))]
    public void Write_Bodies_ReadBackEqualThroughBothFormats(string name)
    {
        Model model = OperatorExamples.Find(name).Model();
        foreach (int opset in (int[])[9, 17, 27])
        {
            Model read = OnnxFiles.Read(model.Write(opset, OperatorCatalog.Default), OperatorCatalog.Default);
            read.ShouldEqual(model, opset: false);
            read.Write(opset, OperatorCatalog.Default).ShouldBe(model.Write(opset, OperatorCatalog.Default));
        }
        var file = new MemoryStream();
        ContainerWriter.Write(model, file, ContainerOptions.Default with { Names = KeptNames.All });
        file.Position = 0;
        ContainerReader.Read(file).ShouldEqual(model);
    }

    [Fact]
    public void Apply_UnknownCondition_KeepsTheNodeAndItRuns()
    {
        OperatorExample example = OperatorExamples.Find("If");
        var editor = new ModelEditor();
        editor.AddInput("go", new TensorType(DType.Bool, Shape.Scalar));
        editor.AddInput("x", new TensorType(DType.F32, Shape.Of(2)));
        editor.Add(new Node("if", example.Operator, ["go", "x"], ["y"]));
        editor.AddOutput("y");
        var session = new Session(editor.Build());
        session.Plan.Steps.Single().Node.Operator.ShouldBeOfType<If>();
        foreach ((bool go, float expected) in ((bool, float)[])[(true, 6), (false, 9)])
        {
            session.Input("go").Bytes[0] = go ? (byte)1 : (byte)0;
            session.Input("x").Floats.Fill(3);
            session.Run();
            session.Output("y").Floats.ToArray().ShouldBe([expected, expected]);
        }
    }

    [Fact]
    public void Apply_ManyRounds_KeepsTheNode()
    {
        OperatorExample example = OperatorExamples.Find("Loop");
        Model model = (example with { Inputs = [Tensor.Scalar(1001L), .. example.Inputs[1..]] }).Model();
        UnrollControlFlow.Apply(model).ShouldBeSameAs(model);
    }
}
