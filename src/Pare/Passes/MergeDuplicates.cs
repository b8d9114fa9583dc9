using Pare.Operators;

namespace Pare.Passes;

/// <summary>
/// Keeps one of several equal things: weights and constants of the same numbers and form, and nodes that compute the same from the same
/// inputs. The outputs stay the same to the bit.
/// </summary>
/// <remarks>
/// Two weights that become one are trained as one from then on. So vectors are left alone unless asked for: in a fresh network all
/// biases are equal, which says nothing.
/// </remarks>
public static class MergeDuplicates
{
    /// <summary>Applies the pass.</summary>
    /// <param name="model">The model; it is returned as it is where nothing is equal.</param>
    /// <param name="vectors">Merges weights of fewer than two axes too.</param>
    public static Model Apply(Model model, bool vectors = false)
    {
        var outputs = new HashSet<string>(model.Outputs, StringComparer.Ordinal);
        Dictionary<string, string> same = Weights(model, outputs, vectors);
        foreach ((string name, string first) in Constants(model, outputs)) same[name] = first;
        var kept = new Dictionary<(Operator Operator, string Inputs, int Outputs), Node>();
        var nodes = new List<(Node Before, Node? After)>();
        foreach (Node node in model.Nodes)
        {
            Node read = node.Inputs.Any(same.ContainsKey) ? node with { Inputs = [.. node.Inputs.Select(i => same.GetValueOrDefault(i, i))] } : node;
            if (IsPure(read) && !read.Outputs.Any(outputs.Contains))
            {
                var key = (read.Operator, string.Join('\n', read.Inputs), read.Outputs.Length);
                if (kept.TryGetValue(key, out Node? first) && read.Outputs.Zip(first.Outputs).All(p => p.First.Length == 0 || p.Second.Length > 0))
                {
                    foreach ((string output, string by) in read.Outputs.Zip(first.Outputs))
                        if (output.Length > 0) same[output] = by;
                    nodes.Add((node, null));
                    continue;
                }
                kept.TryAdd(key, read);
            }
            nodes.Add((node, read));
        }
        return same.Count == 0 ? model : Rewrite(model, nodes);
    }

    private static Model Rewrite(Model model, List<(Node Before, Node? After)> nodes)
    {
        var editor = new ModelEditor(model);
        foreach ((Node before, Node? after) in nodes)
        {
            if (ReferenceEquals(before, after)) continue;
            if (after is null) editor.Remove(before);
            else editor.Replace(before, after);
        }
        editor.RemoveUnused();
        return editor.Build();
    }

    // Only what Pare knows to be a function of its inputs: an operator of somebody else's may draw random numbers.
    private static bool IsPure(Node node) =>
        node.Extra.IsEmpty && node.Inputs.Length > 0 && node.Operator is not (DropoutTraining or ForeignOperator) && OperatorCatalog.Default.Find(node.Operator.Name) is not null
        && !node.Operator.Name.StartsWith("Random", StringComparison.Ordinal);

    private static Dictionary<string, string> Weights(Model model, HashSet<string> outputs, bool vectors)
    {
        var same = new Dictionary<string, string>(StringComparer.Ordinal);
        var firsts = new Dictionary<(string Form, int Hash), List<string>>();
        foreach (string name in model.WeightsInOrder())
        {
            WeightEncoding weight = model.Weights[name];
            if (outputs.Contains(name) || weight.Length == 0 || (weight.Shape.Rank < 2 && !vectors)) continue;
            (string, int) key = ($"{weight}{weight.Shape}", Head(weight));
            if (!firsts.TryGetValue(key, out List<string>? equal)) firsts[key] = equal = [];
            if (equal.Find(first => WeightBits.Equal(model.Weights[first], weight)) is { } found) same[name] = found;
            else equal.Add(name);
        }
        return same;
    }

    private static IEnumerable<(string Name, string First)> Constants(Model model, HashSet<string> outputs)
    {
        var firsts = new Dictionary<(TensorType Type, int Hash), List<string>>();
        foreach ((string name, Tensor constant) in model.Constants.OrderBy(c => c.Key, StringComparer.Ordinal))
        {
            if (outputs.Contains(name)) continue;
            var hash = new HashCode();
            hash.AddBytes(constant.Bytes);
            (TensorType, int) key = (constant.Type, hash.ToHashCode());
            if (!firsts.TryGetValue(key, out List<string>? equal)) firsts[key] = equal = [];
            if (equal.Find(first => model.Constants[first].Bytes.SequenceEqual(constant.Bytes)) is { } found) yield return (name, found);
            else equal.Add(name);
        }
    }

    // The first numbers tell most weights apart; only those that agree are compared whole.
    private static int Head(WeightEncoding weight)
    {
        Span<float> head = stackalloc float[Math.Min(16, weight.Length)];
        weight.Decode(0, head);
        var hash = new HashCode();
        hash.AddBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(head));
        return hash.ToHashCode();
    }
}
