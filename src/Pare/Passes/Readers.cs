namespace Pare.Passes;

/// <summary>Who reads each value of a model.</summary>
internal sealed class Readers
{
    private readonly ILookup<string, Node> _nodes;
    private readonly HashSet<string> _outputs;

    public Readers(Model model)
    {
        _nodes = model.Nodes.SelectMany(n => n.Inputs.Where(i => i.Length > 0).Distinct(StringComparer.Ordinal).Select(i => (i, n))).ToLookup(p => p.i, p => p.n);
        _outputs = new HashSet<string>(model.Outputs, StringComparer.Ordinal);
    }

    /// <summary>The only node that reads a value which is no output of the model; null where there are others or none.</summary>
    public Node? Only(string value) => !_outputs.Contains(value) && _nodes[value].Take(2).Count() == 1 ? _nodes[value].First() : null;

    /// <summary>True for an output of the model.</summary>
    public bool IsOutput(string value) => _outputs.Contains(value);
}
