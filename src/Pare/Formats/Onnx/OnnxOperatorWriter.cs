using Pare.Formats.Onnx.Wire;
using Pare.Operators;

namespace Pare.Formats.Onnx;

/// <summary>A node of the file, as an operator writes it.</summary>
internal sealed class OnnxOperatorWriter : OperatorWriter
{
    private readonly Model _model;
    private readonly Node _node;
    private readonly List<string> _inputs;
    private readonly List<AttributeProto> _attributes = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Func<Subgraph, IReadOnlyList<string>, string, GraphProto> _body;
    private int _captured;
    private string _type;

    /// <param name="model">The model.</param>
    /// <param name="node">The node.</param>
    /// <param name="opset">The version of its operator set.</param>
    /// <param name="body">Writes a body that reads the given values from outside, under names that begin as given.</param>
    public OnnxOperatorWriter(Model model, Node node, int opset, Func<Subgraph, IReadOnlyList<string>, string, GraphProto> body)
    {
        _body = body;
        _model = model;
        _node = node;
        _inputs = [.. node.Inputs];
        _type = node.Operator.Name;
        Opset = opset;
    }

    public override int Opset { get; }

    /// <summary>Inputs that became attributes.</summary>
    public List<string> Taken { get; } = [];

    public override void Type(string operatorType) => _type = operatorType;

    public override void Attribute(string name, AttributeValue value)
    {
        if (!_names.Add(name)) throw new InvalidOperationException($"The operator {_node.Operator.Name} writes its attribute '{name}' twice.");
        if (value is not AttributeValue.Graph { Body: var body })
        {
            _attributes.Add(Attributes.Write(name, value));
            return;
        }
        _captured = body.Captured;
        GraphProto graph = _body(body, [.. _node.Inputs[^body.Captured..]], $"{_node.Name}/{name}");
        // Other engines want the types of what a loop gives its body, but derive those of what it carries.
        if (_node.Operator is Loop) (graph.Input[0], graph.Input[1]) = (Scalar(graph.Input[0].Name, DType.I64), Scalar(graph.Input[1].Name, DType.Bool));
        _attributes.Add(Attributes.Write(name, graph));

        static ValueInfoProto Scalar(string value, DType type) => OnnxWriter.Value(value, new TensorType(type, Shape.Scalar));
    }

    public override Tensor? Constant(int input)
    {
        string name = input < _inputs.Count ? _inputs[input] : "";
        if (_model.Constants.TryGetValue(name, out Tensor? constant)) return constant;
        return _model.Weights.TryGetValue(name, out WeightEncoding? weight) ? Tensor.Of<float>(weight.Shape, weight.ToArray()) : null;
    }

    public override TensorType? InputType(int input) => HasInput(input) ? _model.Types.GetValueOrDefault(_inputs[input]) : null;

    public override bool HasInput(int input) => input < _inputs.Count && _inputs[input].Length > 0;

    public override bool HasOutput(int output) => output < _node.Outputs.Length && _node.Outputs[output].Length > 0;

    public override Tensor? TakeInput(int input)
    {
        if (!HasInput(input)) return null;
        Tensor value = Constant(input) ?? throw new UnsupportedException(
            $"in opset {Opset} input {input} ('{_inputs[input]}') is an attribute, so it cannot be computed; write a newer opset");
        Taken.Add(_inputs[input]);
        _inputs[input] = "";
        return value;
    }

    public override void MoveInput(int from, int to)
    {
        if (from >= _inputs.Count) return;
        while (_inputs.Count <= to) _inputs.Add("");
        (_inputs[to], _inputs[from]) = (_inputs[from], "");
    }

    // Attributes that no operator of Pare asks for, that exporters write all the same, and that older opsets refuse: they say how to round
    // to 8-bit floats and how to draw in training, so that nothing is lost with them.
    private int Since(string attribute) => (_node.Operator.Name, attribute) switch
    {
        ("Dropout", "seed") => 12,
        ("Cast" or "QuantizeLinear", "saturate") => 19,
        ("QuantizeLinear", "precision") => 23,
        ("Cast", "round_mode") => 25,
        _ => 0,
    };

    /// <summary>The node, with the attributes that the operator wrote and then those it does not know.</summary>
    public NodeProto ToProto(string domain)
    {
        var to = new NodeProto { Name = _node.Name, OpType = _type };
        if (domain.Length > 0) to.Domain = domain;
        List<string> own = _inputs[..(_inputs.Count - _captured)];
        to.Input.AddRange(own[..(own.FindLastIndex(i => i.Length > 0) + 1)]);
        to.Output.AddRange(_node.Outputs);
        to.Attribute.AddRange(_attributes);
        foreach ((string name, AttributeValue value) in _node.Extra)
            if (Opset >= Since(name) && _names.Add(name)) to.Attribute.Add(Attributes.Write(name, value));
        return to;
    }
}
