using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Compression.Quantization;

/// <summary>What a model's graph says about quantization: who reads and makes what, and which nodes are quantized.</summary>
internal sealed class QuantizationGraph
{
    private readonly Model _model;
    private readonly Func<Node, bool> _excluded;
    private readonly Dictionary<string, Node> _makers = new(StringComparer.Ordinal);
    private readonly ILookup<string, Node> _readers;
    private readonly HashSet<string> _outputs;
    private readonly HashSet<string> _floats = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nonNegative = new(StringComparer.Ordinal);
    private readonly HashSet<string> _quantized = new(StringComparer.Ordinal), _left = new(StringComparer.Ordinal), _fused = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NodeRole> _roles = new(StringComparer.Ordinal);

    public QuantizationGraph(Model model, Func<Node, bool> excluded)
    {
        (_model, _excluded) = (model, excluded);
        _outputs = new HashSet<string>(model.Outputs, StringComparer.Ordinal);
        _readers = model.Nodes.SelectMany(n => n.Inputs.Where(i => i.Length > 0).Distinct(StringComparer.Ordinal).Select(i => (i, n))).ToLookup(p => p.i, p => p.n, StringComparer.Ordinal);
        Find();
        Choose();
        ChooseMovers();
    }

    /// <summary>The floats that are computed, the inputs first, then in the order of the nodes.</summary>
    public List<string> Values { get; } = [];

    public NodeRole RoleOf(Node node) => _roles[node.Name];

    public bool IsQuantized(Node node) => _quantized.Contains(node.Name);

    public bool IsNonNegative(string value) => _nonNegative.Contains(value);

    /// <summary>The value with its readers, or null where it stays in floats.</summary>
    public QuantizedValue? Quantized(string value)
    {
        if (_fused.Contains(value)) return null;
        bool made = _makers.TryGetValue(value, out Node? maker) && IsQuantized(maker), isOutput = made && _outputs.Contains(value);
        ImmutableHashSet<string> readers = [.. _readers[value].Where(r => IsOperand(r, value) && (IsQuantized(r) || (made && !_left.Contains(r.Name)))).Select(r => r.Name)];
        return readers.IsEmpty && !isOutput ? null : new QuantizedValue(value, readers, isOutput);
    }

    // Inputs that only a quantized node's first operands are; a barrier may read a value anywhere.
    private bool IsOperand(Node reader, string value) => !IsQuantized(reader) || NodeRoles.Operands(reader).Contains(value);

    // The floats that depend on the model's inputs.
    private void Find()
    {
        foreach ((string name, TensorType type) in _model.Inputs.Where(i => i.Type.DType == DType.F32)) Add(name);
        foreach (Node node in _model.Nodes)
        {
            bool depends = node.Inputs.Any(_floats.Contains);
            _roles[node.Name] = NodeRoles.Operands(node).Any(_floats.Contains) ? NodeRoles.Of(_model, node) : NodeRole.Float;
            foreach (string output in node.Outputs.Where(o => o.Length > 0))
            {
                _makers[output] = node;
                if (depends && _model.Types.TryGetValue(output, out TensorType? type) && type.DType == DType.F32) Add(output);
                if (depends && IsNonNegative(node)) _nonNegative.Add(output);
            }
        }
    }

    private void Add(string value)
    {
        _floats.Add(value);
        Values.Add(value);
    }

    private bool IsNonNegative(Node node) => node.Operator switch
    {
        Unary { Name: "Relu" or "Sigmoid" or "HardSigmoid" or "Softplus" or "Exp" or "Abs" } or Softmax { Log: false } => true,
        Clip => node.Input(1).Length > 0 && _model.Constants.TryGetValue(node.Input(1), out Tensor? least) && least.DType == DType.F32 && least.Floats[0] >= 0,
        Binary { Name: "Sub" } => false,
        _ => RoleOf(node) is NodeRole.Moves || (RoleOf(node) == NodeRole.Computes && node.Operator is Binary or Variadic or AveragePool or GlobalAveragePool or Reduction)
            ? NodeRoles.Operands(node).All(_nonNegative.Contains) : false,
    };

    // Everything but what only moves numbers. A rectifier goes with the only node before it, if it can.
    private void Choose()
    {
        foreach (Node node in _model.Nodes)
        {
            NodeRole role = RoleOf(node);
            if (role == NodeRole.Rectifier && _makers.TryGetValue(node.Inputs[0], out Node? maker) && _readers[node.Inputs[0]].Take(2).Count() == 1
                && !_outputs.Contains(node.Inputs[0]) && RoleOf(maker) != NodeRole.Moves && (NodeRoles.TakesRectifier(maker) || !IsQuantized(maker)))
            {
                if (IsQuantized(maker)) _fused.Add(node.Inputs[0]);
                if (_left.Contains(maker.Name)) _left.Add(node.Name);
                if (IsQuantized(maker)) _quantized.Add(node.Name);
                continue;
            }
            if (_excluded(node)) _left.Add(node.Name);
            else if (role is NodeRole.Layer or NodeRole.Computes or NodeRole.Rectifier) _quantized.Add(node.Name);
        }
    }

    // What moves numbers is quantized where a quantized node wants its result, or made its input.
    private void ChooseMovers()
    {
        Node[] movers = [.. _model.Nodes.Where(n => RoleOf(n) == NodeRole.Moves && !_left.Contains(n.Name))];
        foreach (Node node in movers.Reverse())
            if (node.Outputs.SelectMany(o => _readers[o].Where(r => IsQuantized(r) && NodeRoles.Operands(r).Contains(o))).Any()) _quantized.Add(node.Name);
        foreach (Node node in movers)
        {
            bool made = NodeRoles.Operands(node).Any(v => _makers.TryGetValue(v, out Node? maker) && IsQuantized(maker));
            if (made && node.Outputs.Any(o => _outputs.Contains(o) || _readers[o].Any(r => !_left.Contains(r.Name)))) _quantized.Add(node.Name);
        }
    }
}
