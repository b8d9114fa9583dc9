using Google.Protobuf;
using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Keeps what Pare lacks as nodes that are written back as they were; see <see cref="ForeignOperator"/>.</summary>
internal sealed class ForeignReader(TensorParser tensors, Func<string, TensorType?> declared)
{
    /// <summary>The name inside a kept node's sub-graphs of the value number <paramref name="index"/> that they read from outside.</summary>
    public static string InnerName(int index) => $"%{index}";

    /// <summary>Keeps a node.</summary>
    /// <param name="node">The file's node; it stays as it is.</param>
    /// <param name="name">The node's name in the model.</param>
    /// <param name="opset">The version of its operator set, where the file says it.</param>
    /// <param name="missing">What Pare lacks.</param>
    public Node Node(NodeProto node, string name, int? opset, string missing)
    {
        string label = $"'{name}' ({node.OpType})";
        NodeProto kept = node.Clone();
        foreach (AttributeProto attribute in kept.Attribute)
        {
            if (attribute.T is { DataLocation: 1 }) attribute.T = tensors.Inlined(attribute.T, $"Node {label}: attribute '{attribute.Name}'");
            foreach (ByteString graph in attribute.HasG ? attribute.Graphs.Prepend(attribute.G) : attribute.Graphs)
                if (GraphNames.Parse(graph, $"A sub-graph of node {label}").Initializer.Any(t => t.DataLocation == 1))
                    throw new UnsupportedException($"Node {label} has a sub-graph with tensors that lie in another file; Pare passes such sub-graphs on only where they are whole.");
        }
        List<string> captured = GraphNames.Captured(node, label);
        GraphNames.Rename(kept, captured.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => InnerName(p.i), StringComparer.Ordinal), label);
        kept.ClearName();
        kept.Input.Clear();
        kept.Output.Clear();
        var op = new ForeignOperator(node.OpType, OnnxOpset.Normal(node.Domain), opset, missing)
        {
            Definition = kept.ToByteArray(),
            Captured = captured.Count,
            OutputTypes = [.. node.Output.Select(o => o.Length == 0 ? null : declared(o))],
        };
        return new Node(name, op, [.. node.Input, .. captured], [.. node.Output]);
    }

    /// <summary>Keeps an initializer whose element type Pare lacks.</summary>
    public Node Initializer(TensorProto tensor, string name)
    {
        TensorProto kept = tensor.DataLocation == 1 ? tensors.Inlined(tensor, $"The initializer '{tensor.Name}'") : tensor.Clone();
        kept.ClearName();
        var op = new ForeignOperator("Constant", "", null, $"initializers of {ElementType.Name(tensor.DataType)}") { Kind = ForeignKind.Initializer, Definition = kept.ToByteArray() };
        return new Node(name, op, [], [tensor.Name]);
    }

    /// <summary>Keeps an input whose type Pare lacks.</summary>
    public static Node Input(ValueInfoProto input, int position, string name, string missing)
    {
        ValueInfoProto kept = input.Clone();
        kept.ClearName();
        var op = new ForeignOperator("Input", "", null, missing) { Kind = ForeignKind.Input, Position = position, Definition = kept.ToByteArray() };
        return new Node(name, op, [], [input.Name]);
    }
}
