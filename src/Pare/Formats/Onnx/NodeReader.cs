using Pare.Formats.Onnx.Wire;

namespace Pare.Formats.Onnx;

/// <summary>Reads nodes whose operators are known. What Pare lacks of a node is an <see cref="UnsupportedException"/>, whose message says what.</summary>
internal sealed class NodeReader(
    Catalog<OperatorSpec> operators, TensorParser tensors, Initializers initializers, Func<NodeProto, IReadOnlyDictionary<string, int>> opsetsOf)
{
    private readonly Dictionary<string, NodeProto> _originals = new(StringComparer.Ordinal);

    /// <summary>True for a node that is read as an initializer.</summary>
    public static bool IsConstant(NodeProto node) => node.OpType == "Constant" && OnnxOpset.Normal(node.Domain).Length == 0;

    /// <summary>What a node was read from.</summary>
    public NodeProto? Original(Node node) => _originals.GetValueOrDefault(node.Name);

    /// <summary>Reads a node.</summary>
    /// <exception cref="ModelException">The node is malformed.</exception>
    /// <exception cref="UnsupportedException">Pare lacks its operator or this form of it.</exception>
    public Node Read(NodeProto node, string name)
    {
        string domain = OnnxOpset.Normal(node.Domain);
        string label = $"'{name}' ({node.OpType})";
        int? opset = opsetsOf(node).TryGetValue(domain, out int version) ? version : null;
        OperatorSpec? spec = operators.Find(node.OpType);
        if (spec is null || spec.Domain != domain || opset < spec.SinceOpset || node.Overload.Length > 0)
            throw new UnsupportedException(
                $"operator {node.OpType}{(node.Overload.Length > 0 ? $":{node.Overload}" : "")} of domain '{(domain.Length == 0 ? "ai.onnx" : domain)}', opset {opset?.ToString() ?? "not given"}");
        if (opset is null) throw new ModelException($"Node {label}: the file does not say which version of the operator set '{domain}' it uses.");
        Dictionary<string, AttributeValue> attributes = ReadAttributes(node, label);
        List<string> inputs = [.. node.Input];
        while (inputs.Count > 0 && inputs[^1].Length == 0) inputs.RemoveAt(inputs.Count - 1); // absent at the end is absent
        var reader = new OnnxOperatorReader(name, node.OpType, opset.Value, inputs, node.Output.Count, attributes, initializers);
        Operator op = Read(spec, reader, label);
        _originals[name] = node;
        return new Node(name, op, [.. inputs], [.. node.Output]) { Extra = reader.Unread() };
    }

    /// <summary>The value of a Constant node.</summary>
    /// <exception cref="ModelException">The node is malformed.</exception>
    /// <exception cref="UnsupportedException">Pare lacks such values.</exception>
    public ParsedTensor ReadConstant(NodeProto node)
    {
        string label = $"'{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault())}' (Constant)";
        if (node.Output.Count != 1) throw new ModelException($"Node {label}: it has {node.Output.Count} outputs, one is needed.");
        if (node.Attribute.Count != 1) throw new ModelException($"Node {label}: it has {node.Attribute.Count} attributes, one value is needed.");
        AttributeProto attribute = node.Attribute[0];
        if (attribute.Name == "value" && attribute.T is not null && !attribute.HasRefAttrName && ElementType.Find(attribute.T.DataType) is not null)
            return tensors.Read(attribute.T, $"Node {label}: its value");
        Tensor value = (attribute.Name, Attributes.Read(attribute, label, tensors, _ => throw new ModelException($"Node {label}: its value is a graph."))) switch
        {
            ("value_float", AttributeValue.Float a) => Tensor.Scalar(a.Value),
            ("value_int", AttributeValue.Int a) => Tensor.Scalar(a.Value),
            ("value_floats", AttributeValue.Floats a) => Tensor.Vector(a.Values.AsSpan()),
            ("value_ints", AttributeValue.Ints a) => Tensor.Vector(a.Values.AsSpan()),
            ("value_string" or "value_strings", not null) => throw new UnsupportedException("constants of text"),
            _ => throw new ModelException($"Node {label}: attribute '{attribute.Name}' of this type is no value of a constant."),
        };
        return new ParsedTensor(value, value.Bytes.ToArray());
    }

    private Dictionary<string, AttributeValue> ReadAttributes(NodeProto node, string label)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        foreach (AttributeProto attribute in node.Attribute)
            if (!attributes.TryAdd(attribute.Name, Attributes.Read(attribute, label, tensors, _ => throw new UnsupportedException($"a sub-graph (attribute '{attribute.Name}')"))))
                throw new ModelException($"Node {label}: attribute '{attribute.Name}' is given twice.");
        return attributes;
    }

    private static Operator Read(OperatorSpec spec, OnnxOperatorReader reader, string label)
    {
        try
        {
            return spec.Read(reader);
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new ModelException($"Node {label}: its attributes do not fit: {e.Message}", e);
        }
    }
}
