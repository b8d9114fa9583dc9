using System.Collections.Immutable;

namespace Pare;

/// <summary>Derives the types of all values of a model, and those integer values that are known before running.</summary>
internal sealed class TypeInference
{
    /// <summary>Longer integer vectors are data, not shapes; following them would cost more than it could tell.</summary>
    private const int LongestFollowed = 1024;

    private readonly IReadOnlyDictionary<string, WeightEncoding> _weights;
    private readonly IReadOnlyDictionary<string, Tensor> _constants;
    private readonly Dictionary<string, Tensor> _added = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<Dim>> _integers = new(StringComparer.Ordinal);

    public TypeInference(
        ReadOnlySpan<(string Name, TensorType Type)> inputs, IReadOnlyDictionary<string, WeightEncoding> weights, IReadOnlyDictionary<string, Tensor> constants)
    {
        _weights = weights;
        _constants = constants;
        foreach ((string name, TensorType type) in inputs) Types[name] = type;
        foreach ((string name, WeightEncoding weight) in weights) Types[name] = new TensorType(DType.F32, weight.Shape);
        foreach ((string name, Tensor constant) in constants) Follow(name, constant);
    }

    public Dictionary<string, TensorType> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>The integers that are known before running, by value name.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<Dim>> Integers => _integers;

    /// <summary>Adds a constant.</summary>
    public void Add(string name, Tensor constant)
    {
        _added[name] = constant;
        Follow(name, constant);
    }

    /// <summary>Adds a value of which a type, and perhaps integers, are known.</summary>
    public void Add(string name, TensorType type, ImmutableArray<Dim>? integers)
    {
        Types[name] = type;
        if (integers is { } known) _integers[name] = known;
    }

    private void Follow(string name, Tensor constant)
    {
        Types[name] = constant.Type;
        // U64 is no type of shapes in ONNX, and its values need not fit in a length.
        if (constant.DType is not (DType.F32 or DType.F64 or DType.U64) && constant.Length <= LongestFollowed)
            _integers[name] = [.. constant.ToInt64s().Map(v => (Dim)v)];
    }

    /// <summary>Derives everything for a model that was built.</summary>
    public static TypeInference Of(Model model)
    {
        var inference = new TypeInference(model.Inputs.AsSpan(), model.Weights, model.Constants);
        foreach (Node node in model.Nodes) inference.Infer(node);
        return inference;
    }

    /// <summary>Derives the types of a node's outputs. Behind a foreign node there may be nothing to derive them from: then they have none.</summary>
    public void Infer(Node node)
    {
        if (node.Inputs.Any(i => i.Length > 0 && !Types.ContainsKey(i))) return;
        var scope = new Scope(this, node);
        try
        {
            node.Operator.Infer(scope);
        }
        catch (Exception e) when (e is OverflowException or ArgumentException or InvalidOperationException or DivideByZeroException)
        {
            throw new ModelException($"Node {node}: its inputs or attributes do not fit together: {e.Message}", e);
        }
        if (node.Operator is ForeignOperator) return;
        foreach (string output in node.Outputs.Where(o => o.Length > 0))
            if (!Types.ContainsKey(output)) throw new ModelException($"Node {node}: the operator has no output for '{output}'.");
    }

    /// <summary>What a node sees; its inputs' types must be derived already.</summary>
    public InferScope ScopeOf(Node node) => new Scope(this, node);

    private sealed class Scope(TypeInference all, Node node) : InferScope
    {
        public override Node Node => node;

        public override TensorType Type(int input) => all.Types.TryGetValue(node.Input(input), out TensorType? type)
            ? type
            : throw Fail($"input {input} is missing; the node has {node.Inputs.Count(n => n.Length > 0)} inputs.");

        public override ImmutableArray<Dim>? Integers(int input) => all._integers.TryGetValue(node.Input(input), out ImmutableArray<Dim> v) ? v : null;

        public override Tensor? Constant(int input)
        {
            string name = node.Input(input);
            if (all._constants.TryGetValue(name, out Tensor? constant) || all._added.TryGetValue(name, out constant)) return constant;
            return all._weights.TryGetValue(name, out WeightEncoding? weight) ? Tensor.Of<float>(weight.Shape, weight.ToArray()) : null;
        }

        public override void Output(int output, TensorType type)
        {
            if (output < node.Outputs.Length && node.Outputs[output].Length > 0) all.Types[node.Outputs[output]] = type;
        }

        public override void OutputIntegers(int output, ImmutableArray<Dim> values)
        {
            if (values.Length <= LongestFollowed) all._integers[node.Outputs[output]] = values;
        }
    }
}
