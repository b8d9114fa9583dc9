using Google.Protobuf;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

public class OnnxWriterTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(27)]
    public void Write_ReadBack_IsTheSame(int opset)
    {
        Model model = Rich(opset).Read();
        OnnxFiles.Read(model.Write(), Echo.Catalog).ShouldEqual(model);
    }

    [Fact]
    public void Write_OtherOpset_MovesConstantsBetweenAttributesAndInputs()
    {
        Model model = Rich(17).Read();
        ModelProto old = model.Write(8).Proto();
        NodeProto node = old.Graph.Node.Single(n => n.OpType == "Bounded");
        node.Input.ShouldBe(["a"]);
        node.Attribute.Select(a => (a.Name, a.F)).ShouldBe([("min", 0), ("max", 6)]);
        old.Graph.Initializer.ShouldNotContain(t => t.Name == "high");
        old.Graph.Initializer.ShouldContain(t => t.Name == "low"); // another node reads it too
        Model back = old.Read();
        back.Nodes.Select(n => n.Operator).ShouldBe(model.Nodes.Select(n => n.Operator));
        back.Constants[back.Nodes.Single(n => n.Operator is Bounded).Inputs[2]].Floats[0].ShouldBe(6);
    }

    [Theory]
    [InlineData(7, 3)]
    [InlineData(9, 4)]
    [InlineData(17, 8)]
    [InlineData(21, 10)]
    public void Write_IrVersion_FollowsTheOpset(int opset, int ir)
    {
        ModelProto file = Rich(17).Read().Write(opset).Proto();
        file.IrVersion.ShouldBe(ir);
        // Before IR version 4 every initializer had to be an input too.
        file.Graph.Input.Select(i => i.Name).Contains("w").ShouldBe(ir < 4);
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes() => Rich(17).Read().Write().ShouldBe(Rich(17).Read().Write());

    [Fact]
    public void Write_ModelWithoutANameOrProducer_ReadsBackWithout()
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N") * 2 + 1])));
        editor.AddOutput(editor.Add(new Echo("Echo", 1), "e", "x"));
        Model model = editor.Build();
        ModelProto file = model.Write().Proto();
        file.ProducerName.ShouldBe("Pare");
        file.Graph.Name.ShouldNotBeEmpty();
        file.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam.ShouldBe("2*N + 1");
        OnnxFiles.Read(model.Write(), Echo.Catalog).Metadata.ShouldBeEquivalentTo(model.Metadata);
    }

    [Fact]
    public void Write_Encodings_AreDecoded()
    {
        Model model = Rich(17).Read();
        model = model.WithWeights([new("w", new Doubled(model.Weights["w"]))]);
        OnnxFiles.Read(model.Write(), Echo.Catalog).Weights["w"].ToArray().ShouldBe([2, 4]);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(28)]
    public void Options_OpsetOutOfRange_Throws(int opset) => Should.Throw<ArgumentOutOfRangeException>(() => new OnnxWriteOptions { Opset = opset });

    [Fact]
    public void Options_LimitBeyondTheFormat_Throws() => Should.Throw<ArgumentOutOfRangeException>(() => new OnnxWriteOptions { InlineLimitBytes = 1L << 31 });

    /// <summary>Attributes of every kind, both forms of an operator, a foreign operator set, metadata, optional inputs.</summary>
    internal static ModelProto Rich(int opset)
    {
        ModelProto file = Proto.Model(opset).Input("x", 1, "N", 3L);
        file.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.example", Version = 3 });
        file.MetadataProps.Add(new StringStringEntryProto { Key = "pare.scale", Value = "1/255" });
        file.ProducerName = "other";
        TensorProto low = Proto.Tensor("low", 1), high = Proto.Tensor("high", 1);
        low.FloatData.Add(0);
        high.FloatData.Add(6);
        file.Initializer(low).Initializer(high).Initializer(Proto.Floats("w", 1, 2));
        file.Node("Echo", ["x", "", "low"], ["a", "", "b"], "first", attributes:
        [
            Proto.Int("gain", 3), Proto.Int("i", -1), Proto.Float("f", 0.5f), Proto.Text("s", "\u00e4"),
            new AttributeProto { Name = "is", Type = 7, Ints = { 1, 2 } }, new AttributeProto { Name = "fs", Type = 6, Floats = { 1, 2 } },
            new AttributeProto { Name = "ss", Type = 8, Strings = { ByteString.CopyFromUtf8("a") } }, new AttributeProto { Name = "none", Type = 7 },
            new AttributeProto { Name = "t", Type = 4, T = Proto.Floats("", 1, 2) },
        ]);
        file.Graph.Node[0].Output.RemoveAt(2);
        if (opset >= 11) file.Node("Bounded", ["a", "low", "high"], ["c"], "second");
        else file.Node("Bounded", ["a"], ["c"], "second", attributes: [Proto.Float("min", 0), Proto.Float("max", 6)]);
        return file.Node("Foreign", ["c"], ["y"], "third", "com.example").Output("y");
    }

    private sealed class Doubled(WeightEncoding inner) : WeightEncoding(inner.Shape)
    {
        public override string Kind => "doubled";

        public override void Decode(long start, Span<float> destination)
        {
            inner.Decode(start, destination);
            foreach (ref float value in destination) value *= 2;
        }

        public override void PullBack(ReadOnlySpan<float> gradient, LeafGradients into) => throw new NotSupportedException();

        public override WeightEncoding MapLeaves(LeafMap map, LeafScope where) => throw new NotSupportedException();

        public override WeightEncoding Select(int axis, ReadOnlySpan<int> keep) => throw new NotSupportedException();

        public override void Write(PartWriter parts) => throw new NotSupportedException();
    }
}
