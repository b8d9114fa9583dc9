namespace Pare.Compression;

/// <summary>Who makes and who reads each value of a model.</summary>
internal sealed class ModelView
{
    private readonly ILookup<string, Node> _readers;
    private readonly Dictionary<string, Node> _makers;
    private readonly HashSet<string> _outputs;

    public ModelView(Model model)
    {
        Model = model;
        _readers = model.Nodes.SelectMany(n => n.Inputs.Where(i => i.Length > 0).Select(i => (i, n))).ToLookup(p => p.i, p => p.n, StringComparer.Ordinal);
        _makers = model.Nodes.SelectMany(n => n.Outputs.Where(o => o.Length > 0).Select(o => (o, n))).ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
        _outputs = new HashSet<string>(model.Outputs, StringComparer.Ordinal);
    }

    public Model Model { get; }

    /// <summary>The node that makes a value, or null for inputs and initializers.</summary>
    public Node? Maker(string value) => _makers.GetValueOrDefault(value);

    /// <summary>The nodes that read a value, once for each time that they do.</summary>
    public IEnumerable<Node> ReadersOf(string value) => _readers[value];

    /// <summary>The only reader of a value that is no output of the model; null where there are others or none.</summary>
    public Node? OnlyReader(string value) => !_outputs.Contains(value) && _readers[value].Take(2).Count() == 1 ? _readers[value].First() : null;

    /// <summary>True for a weight that one node reads, once, so that it may be replaced.</summary>
    public bool IsOwnWeight(string value) => Model.Weights.ContainsKey(value) && OnlyReader(value) is not null;

    /// <summary>True for a value that is computed from the model's inputs or fed: no weight and no constant.</summary>
    public bool IsData(string value) => value.Length > 0 && !Model.Weights.ContainsKey(value) && !Model.Constants.ContainsKey(value);
}
