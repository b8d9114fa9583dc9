using System.Collections.Immutable;
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

    /// <summary>Reads a node of the file's graph.</summary>
    /// <exception cref="ModelException">The node is malformed.</exception>
    /// <exception cref="UnsupportedException">Pare lacks its operator or this form of it; initializers of its bodies are taken back.</exception>
    public Node Read(NodeProto node, string name)
    {
        int mark = initializers.Mark;
        try
        {
            Node read = Read(node, name, scope: null, depth: 0);
            _originals[name] = node;
            return read;
        }
        catch (UnsupportedException)
        {
            initializers.BackTo(mark);
            throw;
        }
    }

    private Node Read(NodeProto node, string name, ValueScope? scope, int depth)
    {
        string domain = OnnxOpset.Normal(node.Domain);
        string label = $"'{name}' ({node.OpType})";
        int? opset = opsetsOf(node).TryGetValue(domain, out int version) ? version : null;
        OperatorSpec? spec = operators.Find(node.OpType);
        if (spec is null || spec.Domain != domain || opset < spec.SinceOpset || node.Overload.Length > 0)
            throw new UnsupportedException(
                $"operator {node.OpType}{(node.Overload.Length > 0 ? $":{node.Overload}" : "")} of domain '{(domain.Length == 0 ? "ai.onnx" : domain)}', opset {opset?.ToString() ?? "not given"}");
        if (opset is null) throw new ModelException($"Node {label}: the file does not say which version of the operator set '{domain}' it uses.");
        List<string> inputs = [.. node.Input.Select(i => ValueScope.Find(scope, i))];
        while (inputs.Count > 0 && inputs[^1].Length == 0) inputs.RemoveAt(inputs.Count - 1); // absent at the end is absent
        Dictionary<string, AttributeValue> attributes = ReadAttributes(node, name, label, inputs, scope, depth);
        var reader = new OnnxOperatorReader(name, node.OpType, opset.Value, inputs, node.Output.Count, attributes, initializers);
        Operator op = Read(spec, reader, label);
        ImmutableSortedDictionary<string, AttributeValue> extra = reader.Unread();
        foreach ((string unread, AttributeValue value) in extra)
            if (value is AttributeValue.Graph) throw new UnsupportedException($"a sub-graph (attribute '{unread}')");
        return new Node(name, op, [.. inputs], [.. node.Output.Select(o => ValueScope.Find(scope, o))]) { Extra = extra };
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
            ("value_string" or "value_strings", _) => throw new UnsupportedException("constants of text"),
            _ => throw new ModelException($"Node {label}: attribute '{attribute.Name}' of this type is no value of a constant."),
        };
        return new ParsedTensor(value, value.Bytes.ToArray());
    }

    /// <summary>Reads attributes; what bodies read from outside becomes inputs of the node, the same for all of its bodies.</summary>
    private Dictionary<string, AttributeValue> ReadAttributes(NodeProto node, string name, string label, List<string> inputs, ValueScope? scope, int depth)
    {
        var attributes = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        var bodies = new List<(string Attribute, BodyReader Body)>();
        foreach (AttributeProto attribute in node.Attribute)
        {
            AttributeValue? value = Attributes.Read(attribute, label, tensors, bytes =>
            {
                if (depth >= GraphNames.Deepest) throw new ModelException($"Node {label}: its sub-graphs stand more than {GraphNames.Deepest} deep in each other.");
                var body = new BodyReader(tensors, initializers, ReadConstant, (n, inner, s) => Read(n, inner, s, depth + 1));
                body.Read(GraphNames.Parse(bytes, $"Node {label}: attribute '{attribute.Name}'"), name, scope);
                bodies.Add((attribute.Name, body));
                return null;
            });
            if (value is null ? bodies.Count(b => b.Attribute == attribute.Name) > 1 : !attributes.TryAdd(attribute.Name, value))
                throw new ModelException($"Node {label}: attribute '{attribute.Name}' is given twice.");
        }
        if (bodies.Count == 0) return attributes;
        string[] captured = [.. bodies.SelectMany(b => b.Body.Captured).Distinct(StringComparer.Ordinal)];
        while (inputs.Count < bodies.Max(b => b.Body.Formal.Count)) inputs.Add(""); // absent, but what is captured comes after it
        inputs.AddRange(captured);
        foreach ((string attribute, BodyReader body) in bodies)
            attributes[attribute] = new AttributeValue.Graph(new Subgraph([.. body.Formal, .. captured], captured.Length, body.Nodes, body.Outputs));
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
