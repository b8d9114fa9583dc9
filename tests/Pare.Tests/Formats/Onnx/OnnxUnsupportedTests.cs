using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

public class OnnxUnsupportedTests
{
    [Fact]
    public void Plan_OperatorsThatAreLacking_AreNamedAllAtOnce()
    {
        var subGraph = new AttributeProto { Name = "body", Type = 5, G = ByteString.Empty };
        ModelProto file = Proto.Line(12).Node("Fft", ["x"], ["a"], "f1").Node("Fft", ["x"], ["b"], "f2").Node("Late", ["x"], ["c"], "l")
            .Node("Echo", ["x"], ["d"], "e", "com.other").Node("Picky", ["x"], ["e"], "p", attributes: [Proto.Text("mode", "bad")])
            .Node("Echo", ["x"], ["f"], "s", attributes: [subGraph]);
        foreach (string output in (string[])["a", "b", "c", "d", "e", "f"]) file.Output(output);
        string message = Should.Throw<UnsupportedException>(() => Pare.Runtime.ExecutionPlan.Build(file.Read())).Message;
        message.ShouldContain("operator Fft of domain 'ai.onnx', opset 12: node 'f1', node 'f2'");
        message.ShouldContain("operator Late of domain 'ai.onnx', opset 12: node 'l'");
        message.ShouldContain("operator Echo of domain 'com.other', opset not given: node 'e'");
        message.ShouldContain("the mode 'bad': node 'p'");
        message.ShouldContain("a sub-graph (attribute 'body'): node 's'");
        message.ShouldContain("OperatorCatalog.Default");
    }

    [Fact]
    public void Plan_ManyNodesOfOneLackingOperator_AreCounted()
    {
        ModelProto file = Proto.Line();
        for (int i = 0; i < 1000; i++) file.Node("Fft", ["x"], [$"o{i}"], $"n{i}").Output($"o{i}");
        string message = Should.Throw<UnsupportedException>(() => Pare.Runtime.ExecutionPlan.Build(file.Read())).Message;
        message.ShouldContain("and 980 more");
        message.Length.ShouldBeLessThan(1000);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(28)]
    public void Read_OpsetOutOfRange_IsRefused(int opset) => Refused(Proto.Line(opset)).ShouldContain($"opset {opset}; Pare reads 7 to 27");

    [Fact]
    public void Read_OtherParts_AreNamed()
    {
        ModelProto file = Proto.Line();
        file.Graph.Input.Add(new ValueInfoProto { Name = "open", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } });
        file.TrainingInfo.Add(new TrainingInfoProto());
        string message = Refused(file);
        message.ShouldContain("training graph");
        message.ShouldContain("inputs without a shape");
        message.ShouldContain("'open'");
    }

    [Fact]
    public void Write_WhatOnnxCannotSay_IsNamedAllAtOnce()
    {
        Model model = Proto.Model().Input("x", 1, 3L).Node("Private", ["x"], ["a"], "p", "pare").Node("Late", ["a"], ["b"], "l")
            .Node("Bounded", ["b", "b"], ["y"], "b").Output("y").With(d => d.OpsetImport.Add(new OperatorSetIdProto { Domain = "pare", Version = 1 })).Read();
        string message = Should.Throw<UnsupportedException>(() => model.Write(9)).Message;
        message.ShouldContain("operator Private is Pare's own, ONNX has none like it: node 'p'");
        message.ShouldContain("operator Late came with opset 13, 9 is older: node 'l'");
        message.ShouldContain("in opset 9 input 1 ('b') is an attribute");
    }

    [Fact]
    public void Write_OperatorOfNoCatalog_IsNamed()
    {
        Model model = Proto.Line().Read();
        Should.Throw<UnsupportedException>(() => model.Write(operators: new Catalog<OperatorSpec>("operator"))).Message.ShouldContain("operator Echo is in no catalog");
    }

    private static string Refused(ModelProto file) => Should.Throw<UnsupportedException>(() => file.Read()).Message;
}
