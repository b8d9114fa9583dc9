using Pare.Operators;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Which node of a float network is which of its quantized form, and what quantizes the values between them.</summary>
/// <remarks>
/// From the outputs backwards along the makers of values; what that does not reach, by name. A rectifier that the quantized network
/// leaves to the ends of a quantizer's range counts as matched.
/// </remarks>
internal sealed class NetworkMatch
{
    private readonly ModelView _floats, _quantized;
    private readonly Stack<(Edge Edge, string Floats, string Quantized)> _open = new();
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal), _absorbed = new(StringComparer.Ordinal);

    public NetworkMatch(Model floats, Model quantized)
    {
        (Floats, Quantized) = (floats, quantized);
        (_floats, _quantized) = (new ModelView(floats), new ModelView(quantized));
        CheckPorts();
        bool named = floats.Outputs.All(quantized.Outputs.Contains);
        for (int i = 0; i < floats.Outputs.Length; i++) _open.Push((new Edge("", i), floats.Outputs[i], named ? floats.Outputs[i] : quantized.Outputs[i]));
        Walk();
        Dictionary<string, Node> byName = quantized.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        foreach (Node node in floats.Nodes.Reverse())
        {
            if (!byName.TryGetValue(node.Name, out Node? same) || !CanPair(node, same)) continue;
            Pair(node, same);
            Walk();
        }
        HashSet<string> inChains = [.. Chains.Values.SelectMany(c => c.Nodes).Select(n => n.Name)];
        foreach (Node node in quantized.Nodes.Where(n => Computes(n) && !_taken.Contains(n.Name) && !inChains.Contains(n.Name)))
            Faults.Add($"node {node} of the quantized network has no counterpart");
        foreach (Node node in floats.Nodes.Where(n => Computes(n) && !Nodes.ContainsKey(n.Name) && !_absorbed.Contains(n.Name)))
            Faults.Add($"node {node} of the float network has no counterpart");
    }

    public Model Floats { get; }

    public Model Quantized { get; }

    /// <summary>By the name of a node of the float network: the quantized one.</summary>
    public Dictionary<string, Node> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>By where the float network reads a value: what quantizes it.</summary>
    public Dictionary<Edge, QuantizerChain> Chains { get; } = [];

    /// <summary>By value of the float network: the same floats in the quantized network, before they are quantized.</summary>
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>What could not be matched.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>The name that the quantized node reads in the place of an input of the float node; "" for none.</summary>
    public string QuantizedInput(Node node, int input) => Nodes.TryGetValue(node.Name, out Node? other) ? other.Input(Swapped(node, other) ? 1 - input : input) : "";

    /// <summary>Whether a value of the float network is computed: no weight and no constant.</summary>
    public bool IsComputed(string value) => _floats.IsData(value);

    /// <summary>The node that makes a value of the float network; null for an input.</summary>
    public Node? Maker(string value) => _floats.Maker(value);

    private void CheckPorts()
    {
        if (Floats.Inputs.Length != Quantized.Inputs.Length || Floats.Outputs.Length != Quantized.Outputs.Length)
            throw new ModelException(
                $"The two networks do not belong together: the quantized one has {Quantized.Inputs.Length} inputs and {Quantized.Outputs.Length} outputs, that in floats {Floats.Inputs.Length} and {Floats.Outputs.Length}. Give the network that was quantized.");
        for (int i = 0; i < Floats.Inputs.Length; i++) CheckType("input", Floats.Inputs[i].Name, Floats.Inputs[i].Type, Quantized.Inputs[i].Type);
        for (int i = 0; i < Floats.Outputs.Length; i++)
            if (Floats.Types.TryGetValue(Floats.Outputs[i], out TensorType? type) && Quantized.Types.TryGetValue(Quantized.Outputs[i], out TensorType? other))
                CheckType("output", Floats.Outputs[i], type, other);
    }

    // Names of lengths may differ between exporters.
    private static void CheckType(string what, string name, TensorType floats, TensorType quantized)
    {
        bool agrees = floats.Shape.Rank == quantized.Shape.Rank && floats.Shape.Zip(quantized.Shape).All(d => !d.First.IsKnown || !d.Second.IsKnown || d.First.Value == d.Second.Value);
        if (!agrees || floats.DType != quantized.DType)
            throw new ModelException($"The two networks do not belong together: the {what} '{name}' is {quantized} in the quantized one and {floats} in floats. Give the network that was quantized.");
    }

    private void Walk()
    {
        while (_open.TryPop(out var next)) Match(next.Edge, next.Floats, next.Quantized);
    }

    private void Match(Edge edge, string floats, string quantized)
    {
        var chain = new List<Node>();
        string root = quantized;
        while (_quantized.Maker(root) is { Operator: DequantizeLinear or QuantizeLinear or DynamicQuantizeLinear } maker)
        {
            chain.Insert(0, maker);
            root = maker.Inputs[0];
        }
        string value = floats;
        while (true)
        {
            Node? ours = _floats.Maker(value), theirs = _quantized.Maker(root);
            if (theirs?.Operator is Clip && chain is [{ Operator: QuantizeLinear }, ..] && IsNarrowing(theirs, ours))
            {
                chain.Insert(0, theirs);
                root = theirs.Inputs[0];
            }
            else if (ours is not null && theirs is not null && CanPair(ours, theirs) && ours.Outputs.IndexOf(value) == theirs.Outputs.IndexOf(root))
            {
                Pair(ours, theirs);
                Values[value] = root;
                break;
            }
            else if (ours is not null && chain.Count > 0 && ours.Operator is Clip or Unary { Name: "Relu" } && !Nodes.ContainsKey(ours.Name))
            {
                _absorbed.Add(ours.Name);
                value = ours.Inputs[0];
            }
            else
            {
                if (ours is null && theirs is null) Values[value] = root;
                else Faults.Add($"'{value}' is made by {Describe(ours)}, and in the quantized network '{root}' by {Describe(theirs)}");
                break;
            }
        }
        if (chain.Count > 0) Chains[edge] = new QuantizerChain([.. chain], quantized);
    }

    private static string Describe(Node? node) => node is null ? "no node" : node.ToString();

    // Behind a clip of the network itself stands a second one where codes are narrow.
    private bool IsNarrowing(Node clip, Node? ours) =>
        ours?.Operator is not Clip || (ours.Name != clip.Name && _quantized.Maker(clip.Inputs[0])?.Operator is Clip);

    private bool CanPair(Node ours, Node theirs) =>
        Nodes.TryGetValue(ours.Name, out Node? known) ? known == theirs : ours.Operator.Name == theirs.Operator.Name && !_taken.Contains(theirs.Name);

    private void Pair(Node ours, Node theirs)
    {
        if (!Nodes.TryAdd(ours.Name, theirs)) return;
        _taken.Add(theirs.Name);
        for (int i = 0; i < ours.Inputs.Length; i++)
            if (IsComputed(ours.Inputs[i]) && QuantizedInput(ours, i) is { Length: > 0 } input) _open.Push((new Edge(ours.Name, i), ours.Inputs[i], input));
    }

    // A sum's operands may stand the other way round.
    private bool Swapped(Node ours, Node theirs)
    {
        if (ours.Operator is not Binary { Name: "Add" or "Mul" } || ours.Inputs.Length != 2 || !ours.Inputs.All(IsComputed)) return false;
        string[] roots = [.. theirs.Inputs.Select(Root)];
        if (roots[0] == ours.Inputs[0] || roots[1] == ours.Inputs[1]) return false;
        if (roots[0] == ours.Inputs[1] || roots[1] == ours.Inputs[0]) return true;
        string[] kinds = [.. ours.Inputs.Select(v => Kind(_floats, v))], others = [.. roots.Select(v => Kind(_quantized, v))];
        return kinds[0] != others[0] && kinds[0] == others[1];
    }

    private string Root(string value)
    {
        while (_quantized.Maker(value) is { Operator: DequantizeLinear or QuantizeLinear or DynamicQuantizeLinear } maker) value = maker.Inputs[0];
        return value;
    }

    private static string Kind(ModelView view, string value) => view.Maker(value)?.Operator.Name ?? "";

    private static bool Computes(Node node) => node.Operator is not (QuantizeLinear or DequantizeLinear or DynamicQuantizeLinear);
}
