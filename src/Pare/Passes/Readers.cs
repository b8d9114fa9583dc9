namespace Pare.Passes;

/// <summary>Who reads each value of a model.</summary>
internal sealed class Readers
{
    private readonly NodesByValue _nodes = new();
    private readonly HashSet<string> _outputs;

    public Readers(Model model)
    {
        foreach (Node node in model.Nodes)
            foreach (string input in node.Inputs.Where(i => i.Length > 0).Distinct(StringComparer.Ordinal)) _nodes.Add(input, node);
        _outputs = new HashSet<string>(model.Outputs, StringComparer.Ordinal);
    }

    /// <summary>The only node that reads a value which is no output of the model; null where there are others or none.</summary>
    public Node? Only(string value) => !_outputs.Contains(value) && _nodes[value] is [var only] ? only : null;

    /// <summary>True for an output of the model.</summary>
    public bool IsOutput(string value) => _outputs.Contains(value);
}
