using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

public class OnnxUnsupportedTests
{
    [Fact]
    public void Read_OperatorsThatAreLacking_AreNamedAllAtOnce()
    {
        var subGraph = new AttributeProto { Name = "body", Type = 5, G = ByteString.Empty };
        string message = Refused(Proto.Line(12).Node("Fft", ["x"], ["a"], "f1").Node("Fft", ["x"], ["b"], "f2").Node("Late", ["x"], ["c"], "l")
            .Node("Echo", ["x"], ["d"], "e", "com.other").Node("Picky", ["x"], ["e"], "p", attributes: [Proto.Text("mode", "bad")])
            .Node("Echo", ["x"], ["f"], "s", attributes: [subGraph]));
        message.ShouldContain("operator Fft of domain 'ai.onnx', opset 12: node 'f1', node 'f2'");
        message.ShouldContain("operator Late of domain 'ai.onnx', opset 12: node 'l'");
        message.ShouldContain("operator Echo of domain 'com.other', opset not given: node 'e'");
        message.ShouldContain("the mode 'bad': node 'p' (Picky)");
        message.ShouldContain("a sub-graph (attribute 'body'): 's' (Echo)");
        message.ShouldContain("OperatorCatalog.Default");
    }

    [Fact]
    public void Read_ManyNodesOfOneLackingOperator_AreCounted()
    {
        ModelProto file = Proto.Line();
        for (int i = 0; i < 1000; i++) file.Node("Fft", ["x"], [$"o{i}"], $"n{i}");
        string message = Refused(file);
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
        ModelProto file = Proto.Line().Input("seq", 1).Input("h", 10, 1L).Initializer(Proto.Tensor("text", 8, 0)).Initializer(Proto.Tensor("half", 10, 0));
        file.Graph.Input[1].Type = new TypeProto { SequenceType = new TypeProto.Types.Other() };
        file.Graph.Input.Add(new ValueInfoProto { Name = "open", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } });
        file.Functions.Add(new FunctionProto { Name = "Swish" });
        file.TrainingInfo.Add(new TrainingInfoProto());
        file.Graph.SparseInitializer.Add(new SparseTensorProto { Values = new TensorProto { Name = "thin" } });
        string message = Refused(file.Node("Echo", ["half"], ["unread"]));
        foreach (string part in (string[])["function of the file's own: 'Swish'", "sparse initializer: 'thin'", "training graph", "inputs of sequence type: 'seq'",
            "inputs of float16: 'h'", "initializers of string: 'text'", "initializers of float16: 'half'", "inputs without a shape"])
            message.ShouldContain(part);
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
