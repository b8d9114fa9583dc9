using System.Collections.Immutable;

namespace Pare.Compression.Rewriting;

/// <summary>The nodes between two cut points of a model: values through which every path from the input to the outputs goes.</summary>
/// <param name="Nodes">The nodes, in order. Those that only compute shapes are in no cell.</param>
/// <param name="From">The cut point before.</param>
/// <param name="To">The cut point behind.</param>
internal sealed record Cell(ImmutableArray<Node> Nodes, string From, string To)
{
    /// <summary>All cells up to the last cut point; none for a model of several inputs.</summary>
    public static ImmutableArray<Cell> All(Model model)
    {
        if (model.Inputs is not [var (input, given)] || given.DType != DType.F32) return [];
        var path = new HashSet<string>(StringComparer.Ordinal) { input };
        List<Node> nodes = [];
        foreach (Node node in model.Nodes)
        {
            if (!node.Inputs.Any(path.Contains)) continue;
            string[] made = [.. node.Outputs.Where(o => o.Length > 0 && (!model.Types.TryGetValue(o, out TensorType? type) || type.DType == DType.F32))]; // of an unknown type: behind a node that Pare lacks
            if (made.Length == 0) continue; // shapes and choices: they follow the path, they are not on it
            nodes.Add(node);
            path.UnionWith(made);
        }
        var waiting = path.ToDictionary(v => v, v => model.Outputs.Contains(v) ? 1 : 0, StringComparer.Ordinal);
        foreach (string read in nodes.SelectMany(n => n.Inputs.Where(path.Contains).Distinct(StringComparer.Ordinal))) waiting[read]++;
        return Cut(nodes, input, waiting);
    }

    private static ImmutableArray<Cell> Cut(List<Node> nodes, string input, Dictionary<string, int> waiting)
    {
        var live = new HashSet<string>(StringComparer.Ordinal) { input };
        var cells = ImmutableArray.CreateBuilder<Cell>();
        var open = ImmutableArray.CreateBuilder<Node>();
        string from = input;
        foreach (Node node in nodes)
        {
            open.Add(node);
            foreach (string read in node.Inputs.Distinct(StringComparer.Ordinal))
                if (waiting.ContainsKey(read) && --waiting[read] == 0) live.Remove(read);
            foreach (string made in node.Outputs)
                if (waiting.GetValueOrDefault(made) > 0) live.Add(made);
            if (live.Count != 1) continue;
            string to = live.First();
            if (!node.Outputs.Contains(to)) continue;
            cells.Add(new Cell(open.ToImmutable(), from, to));
            open.Clear();
            from = to;
        }
        return cells.ToImmutable();
    }
}
