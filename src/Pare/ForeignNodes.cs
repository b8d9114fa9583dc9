using System.Collections.Immutable;
using System.Text;

namespace Pare;

/// <summary>The nodes of a model that Pare cannot compute; see <see cref="ForeignOperator"/>.</summary>
public static class ForeignNodes
{
    /// <summary>Names beyond these are counted, not listed: a message must stay readable.</summary>
    private const int MostListed = 20;

    /// <summary>All of them, in the model's order.</summary>
    public static ImmutableArray<Node> Of(Model model) => [.. model.Nodes.Where(n => n.Operator is ForeignOperator)];

    /// <summary>Says of each what is missing, what is alike together.</summary>
    public static string Describe(IEnumerable<Node> nodes)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string, Node> alike in nodes.GroupBy(n => ((ForeignOperator)n.Operator).Missing))
        {
            string[] names = [.. alike.Select(n => ((ForeignOperator)n.Operator).Kind == ForeignKind.Node ? $"node '{n.Name}'" : $"'{n.Outputs[0]}'")];
            text.Append("\n  ").Append(alike.Key).Append(": ").AppendJoin(", ", names.Take(MostListed));
            if (names.Length > MostListed) text.Append($" and {names.Length - MostListed} more");
        }
        return text.ToString();
    }

    /// <summary>Requires that a model has none.</summary>
    /// <param name="model">The model.</param>
    /// <param name="purpose">What is wanted: "run".</param>
    /// <exception cref="UnsupportedException">It has; the message names all of them and what is missing.</exception>
    public static void Refuse(Model model, string purpose)
    {
        ImmutableArray<Node> nodes = Of(model);
        if (nodes.IsEmpty) return;
        throw new UnsupportedException(
            $"The model cannot {purpose}: it needs what Pare lacks:{Describe(nodes)}\n"
            + "It can be inspected, compressed and written. OperatorCatalog.Default lists the operators that Pare has; OperatorCatalog.Default.With(...) adds one of your own.");
    }

    /// <summary>True where the types of all that a node reads and makes are known; they are not behind a foreign node.</summary>
    public static bool IsTyped(this Model model, Node node) =>
        node.Inputs.All(i => i.Length == 0 || model.Types.ContainsKey(i)) && node.Outputs.All(o => o.Length == 0 || model.Types.ContainsKey(o));
}
