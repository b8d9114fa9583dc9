using System.Collections.Immutable;

namespace Pare;

/// <summary>Puts nodes after those they read from, otherwise in the order given.</summary>
internal static class NodeOrder
{
    /// <exception cref="ModelException">A value has two makers or none, a node name is used twice, or nodes form a cycle.</exception>
    public static ImmutableArray<Node> Sort(IReadOnlyList<Node> nodes, IReadOnlyList<string> given)
    {
        var made = new HashSet<string>(StringComparer.Ordinal);
        foreach (string value in given)
            if (!made.Add(value)) throw new ModelException($"The name '{value}' is given to two of the model's inputs and initializers.");
        Dictionary<string, int> maker = Makers(nodes, made);
        var readers = new List<int>[nodes.Count];
        var waiting = new int[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
            foreach (string input in nodes[i].Inputs.Where(n => n.Length > 0).Distinct(StringComparer.Ordinal))
            {
                if (made.Contains(input)) continue;
                if (!maker.TryGetValue(input, out int from))
                    throw new ModelException($"Node {nodes[i]} reads '{input}', which no input, initializer or node provides.");
                (readers[from] ??= []).Add(i);
                waiting[i]++;
            }
        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Count; i++)
            if (waiting[i] == 0) ready.Enqueue(i, i);
        ImmutableArray<Node>.Builder sorted = ImmutableArray.CreateBuilder<Node>(nodes.Count);
        while (ready.TryDequeue(out int at, out _))
        {
            sorted.Add(nodes[at]);
            foreach (int reader in readers[at] ?? [])
                if (--waiting[reader] == 0) ready.Enqueue(reader, reader);
        }
        if (sorted.Count < nodes.Count)
            throw new ModelException("Nodes form a cycle: " + string.Join(", ", nodes.Where((_, i) => waiting[i] > 0).Take(8)) + ".");
        return sorted.ToImmutable();
    }

    private static Dictionary<string, int> Makers(IReadOnlyList<Node> nodes, HashSet<string> made)
    {
        var maker = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (!names.Add(nodes[i].Name)) throw new ModelException($"Two nodes have the name '{nodes[i].Name}'.");
            foreach (string output in nodes[i].Outputs.Where(n => n.Length > 0))
                if (made.Contains(output) || !maker.TryAdd(output, i))
                    throw new ModelException($"The value '{output}' has two makers, one of them node {nodes[i]}.");
        }
        return maker;
    }
}
