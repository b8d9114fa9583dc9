using System.Runtime.InteropServices;

namespace Pare;

/// <summary>Nodes by the name of a value that they read or make.</summary>
internal sealed class NodesByValue
{
    private readonly Dictionary<string, List<Node>> _nodes = new(StringComparer.Ordinal);

    /// <summary>The nodes of a value, in the order in which they were added.</summary>
    public IReadOnlyList<Node> this[string value] => _nodes.TryGetValue(value, out List<Node>? nodes) ? nodes : [];

    /// <summary>Adds a node of a value.</summary>
    public void Add(string value, Node node) => (CollectionsMarshal.GetValueRefOrAddDefault(_nodes, value, out _) ??= []).Add(node);
}
