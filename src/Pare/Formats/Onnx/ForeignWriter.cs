using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Writes back what a <see cref="ForeignReader"/> kept, under the names that its values have now.</summary>
internal static class ForeignWriter
{
    /// <summary>A node. Its sub-graphs read what they captured under the names that it has now.</summary>
    public static NodeProto Node(Node node)
    {
        var op = (ForeignOperator)node.Operator;
        NodeProto proto = NodeProto.Parser.ParseFrom(op.Definition.Span);
        int own = node.Inputs.Length - op.Captured;
        GraphNames.Rename(
            proto, Enumerable.Range(0, op.Captured).ToDictionary(ForeignReader.InnerName, i => node.Inputs[own + i], StringComparer.Ordinal), node.ToString());
        proto.Name = node.Name;
        proto.Input.AddRange(node.Inputs[..own]);
        proto.Output.AddRange(node.Outputs);
        return proto;
    }

    /// <summary>An initializer.</summary>
    public static TensorProto Initializer(Node node)
    {
        TensorProto tensor = TensorProto.Parser.ParseFrom(((ForeignOperator)node.Operator).Definition.Span);
        tensor.Name = node.Outputs[0];
        return tensor;
    }

    /// <summary>The type of an initializer, as files before version 4 list it among their inputs.</summary>
    public static ValueInfoProto TypeOf(TensorProto tensor)
    {
        var shape = new TensorShapeProto();
        foreach (long dim in tensor.Dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        return new ValueInfoProto { Name = tensor.Name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = tensor.DataType, Shape = shape } } };
    }

    /// <summary>An input.</summary>
    public static ValueInfoProto Input(Node node)
    {
        ValueInfoProto input = ValueInfoProto.Parser.ParseFrom(((ForeignOperator)node.Operator).Definition.Span);
        input.Name = node.Outputs[0];
        return input;
    }
}
