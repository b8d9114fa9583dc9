using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Finds what is quantized in a network, and whose it is.</summary>
internal sealed class QuantizedUnits
{
    private readonly NetworkMatch _match;
    private readonly ILookup<string, Edge> _readers;
    private readonly Dictionary<string, Node> _nodes;
    private readonly HashSet<string> _following = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _rectifiers = new(StringComparer.Ordinal);

    public QuantizedUnits(NetworkMatch match)
    {
        _match = match;
        _nodes = match.Floats.Nodes.ToDictionary(n => n.Name, StringComparer.Ordinal);
        _readers = match.Floats.Nodes.SelectMany(n => n.Inputs.Select((v, i) => (v, e: new Edge(n.Name, i))))
            .Concat(match.Floats.Outputs.Select((v, i) => (v, e: new Edge("", i)))).ToLookup(p => p.v, p => p.e, StringComparer.Ordinal);
        foreach (string value in match.Floats.Inputs.Select(i => i.Name).Concat(match.Floats.Nodes.SelectMany(n => n.Outputs)).Where(v => ChainOf(v) is not null)) Own(value);
        All = [.. Inputs(), .. match.Floats.Nodes.Select(Unit).OfType<QuantizedUnit>()];
    }

    /// <summary>In the order of the network.</summary>
    public ImmutableArray<QuantizedUnit> All { get; }

    /// <summary>Where a value is read.</summary>
    public IEnumerable<Edge> ReadersOf(string value) => _readers[value];

    /// <summary>What quantizes a value, where anything does: as its first reader sees it.</summary>
    public QuantizerChain? ChainOf(string value) => _readers[value].Select(e => _match.Chains.GetValueOrDefault(e)).FirstOrDefault(c => c is not null);

    /// <summary>The nodes of a unit: its own with its rectifiers.</summary>
    public static IEnumerable<string> NodesOf(QuantizedUnit unit) => unit.Node is null ? [] : unit.Follows.Append(unit.Node.Name);

    /// <summary>The nodes that read the values of a unit, and behind those that only move numbers the next ones.</summary>
    public IEnumerable<string> Users(QuantizedUnit unit) => unit.Values.SelectMany(Users).Distinct(StringComparer.Ordinal);

    /// <summary>Whether a value that is read at an edge is quantized where some nodes are left in floats: as the method quantize.static does it.</summary>
    public bool StaysQuantized(Edge edge, string value, HashSet<string> floats)
    {
        bool made = _match.Maker(value) is { } maker && !floats.Contains(maker.Name);
        if (edge.Reader.Length == 0) return made;
        return !floats.Contains(edge.Reader) && (made || NodeRoles.Of(_match.Floats, _nodes[edge.Reader]) != NodeRole.Float);
    }

    private IEnumerable<string> Users(string value)
    {
        foreach (Edge edge in _readers[value].Where(e => e.Reader.Length > 0))
        {
            Node node = _nodes[edge.Reader];
            yield return node.Name;
            if (NodeRoles.Of(_match.Floats, node) != NodeRole.Moves) continue;
            foreach (string user in node.Outputs.SelectMany(Users)) yield return user;
        }
    }

    // A value belongs to what made its numbers, unless it is quantized anew on the way.
    private void Own(string value)
    {
        string at = value;
        var passed = new List<string>();
        while (_match.Maker(at) is { } maker)
        {
            NodeRole role = NodeRoles.Of(_match.Floats, maker);
            string[] operands = [.. NodeRoles.Operands(maker).Where(_match.IsComputed)];
            bool anew = operands.Any(o => _readers[o].Any(e => e.Reader == maker.Name && _match.Chains.ContainsKey(e)));
            if (role == NodeRole.Moves && anew && operands.All(o => SameScale(o, value))) return;
            if (role is not (NodeRole.Moves or NodeRole.Rectifier) || anew || operands is not [var only] || _match.Maker(only) is null) break;
            if (role == NodeRole.Rectifier && _readers[only].Count() > 1) break;
            passed.Add(maker.Name);
            at = only;
        }
        string owner = _match.Maker(at)?.Name ?? at;
        (_values.TryGetValue(owner, out List<string>? values) ? values : _values[owner] = []).Add(value);
        (_rectifiers.TryGetValue(owner, out HashSet<string>? rectifiers) ? rectifiers : _rectifiers[owner] = []).UnionWith(passed);
        _following.UnionWith(passed);
    }

    private bool SameScale(string operand, string value) => ChainOf(operand)?.Quantizer(_match.Quantized) is { } a && a == ChainOf(value)?.Quantizer(_match.Quantized);

    private IEnumerable<QuantizedUnit> Inputs() => _match.Floats.Inputs.Where(i => _values.ContainsKey(i.Name))
        .Select(i => new QuantizedUnit(i.Name, null, i.Name, [.. _values[i.Name]], -1, [], []));

    private QuantizedUnit? Unit(Node node)
    {
        if (_following.Contains(node.Name)) return null;
        ImmutableArray<string> values = _values.TryGetValue(node.Name, out List<string>? owned) ? [.. owned] : [];
        (int weight, ImmutableArray<int> others) = Parameters(node);
        if (weight < 0 && values.IsEmpty) return null;
        // A result that others read in floats before a mover is compared as the owned value.
        string result = values.Length > 0 ? values[0] : node.Outputs[0];
        return new QuantizedUnit(node.Name, node, result, values, weight, others, _rectifiers.TryGetValue(node.Name, out HashSet<string>? follows) ? [.. follows] : []);
    }

    private (int Weight, ImmutableArray<int> Others) Parameters(Node node)
    {
        if (!_match.Nodes.TryGetValue(node.Name, out Node? other)) return (-1, []);
        (int weight, List<int> others) = (-1, []);
        for (int i = 0; i < Math.Max(node.Inputs.Length, other.Inputs.Length); i++)
        {
            string own = node.Input(i), theirs = _match.QuantizedInput(node, i);
            if (!_match.Quantized.Weights.TryGetValue(theirs, out WeightEncoding? quantized) || (own.Length > 0 && _match.IsComputed(own))) continue;
            WeightEncoding? floats = _match.Floats.Weights.GetValueOrDefault(own);
            if (floats is not null && (ReferenceEquals(floats, quantized) || (floats.Shape.Equals(quantized.Shape) && floats.ToArray().AsSpan().SequenceEqual(quantized.ToArray())))) continue;
            if (weight < 0 && floats is not null && i < 2 && quantized.Shape.Rank > 1) weight = i;
            else others.Add(i);
        }
        return (weight, [.. others]);
    }
}
