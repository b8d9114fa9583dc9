using System.Collections.Immutable;

namespace Pare;

/// <summary>
/// The body of an operator such as If or Loop. It holds no numbers: what it reads from outside, weights and constants too, are inputs of the
/// node that holds it, the last of them. Values have no names of their own ("%0", "%1" ...), so that equal bodies are equal.
/// </summary>
public sealed class Subgraph : IEquatable<Subgraph>
{
    /// <summary>Makes a body; its values are named anew.</summary>
    /// <param name="inputs">Names of what it is given, then of what it reads from outside.</param>
    /// <param name="captured">How many of the inputs are read from outside.</param>
    /// <param name="nodes">The nodes, in any order.</param>
    /// <param name="outputs">The values that it gives, each made by a node, none twice (an Identity makes it so).</param>
    /// <exception cref="ModelException">A value has two makers or none, or nodes form a cycle.</exception>
    public Subgraph(IReadOnlyList<string> inputs, int captured, IReadOnlyList<Node> nodes, IReadOnlyList<string> outputs)
    {
        if (captured < 0 || captured > inputs.Count) throw new ModelException($"A body of {inputs.Count} inputs cannot capture {captured}.");
        ImmutableArray<Node> sorted = NodeOrder.Sort(nodes, inputs);
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        foreach (string input in inputs) names.Add(input, ValueName(names.Count - 1));
        foreach (string made in sorted.SelectMany(n => n.Outputs).Where(o => o.Length > 0)) names.Add(made, ValueName(names.Count - 1));
        Captured = captured;
        Inputs = [.. inputs.Select(i => names[i])];
        Nodes = [.. sorted.Select(Normal).Select(n => n with { Inputs = [.. n.Inputs.Select(i => names[i])], Outputs = [.. n.Outputs.Select(o => names[o])] })];
        Outputs = [.. outputs.Select(o => names.GetValueOrDefault(o, ""))];
        HashSet<string> makes = [.. Nodes.SelectMany(n => n.Outputs)];
        if (Outputs.Any(o => o.Length == 0 || !makes.Remove(o))) throw new ModelException("Each output of a body must be made by one of its nodes, and none may be given twice.");
    }

    /// <summary>What it is given, then what it reads from outside.</summary>
    public ImmutableArray<string> Inputs { get; }

    /// <summary>How many of the last inputs are read from outside.</summary>
    public int Captured { get; }

    /// <summary>How many inputs it is given.</summary>
    public int Formal => Inputs.Length - Captured;

    /// <summary>The nodes, each after those it reads from.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The values that it gives.</summary>
    public ImmutableArray<string> Outputs { get; }

    /// <summary>The name of value number <paramref name="index"/>: inputs first, then what nodes make.</summary>
    internal static string ValueName(int index) => $"%{index}";

    /// <summary>The nodes under names of a model.</summary>
    /// <param name="inputs">The values to read, as many as <see cref="Inputs"/>.</param>
    /// <param name="node">Names a node.</param>
    /// <param name="value">Names what a node makes, by the node's new name and the output's index.</param>
    /// <returns>The nodes and the names of the outputs.</returns>
    internal (ImmutableArray<Node> Nodes, ImmutableArray<string> Outputs) Under(IReadOnlyList<string> inputs, Func<Node, string> node, Func<string, int, string> value)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [""] = "" };
        foreach ((string own, string given) in Inputs.Zip(inputs)) names[own] = given;
        ImmutableArray<Node>.Builder nodes = ImmutableArray.CreateBuilder<Node>(Nodes.Length);
        foreach (Node inner in Nodes)
        {
            string name = node(inner);
            for (int i = 0; i < inner.Outputs.Length; i++)
                if (inner.Outputs[i].Length > 0) names[inner.Outputs[i]] = value(name, i);
            nodes.Add(inner with { Name = name, Inputs = [.. inner.Inputs.Select(i => names[i])], Outputs = [.. inner.Outputs.Select(o => names[o])] });
        }
        return (nodes.MoveToImmutable(), [.. Outputs.Select(o => names[o])]);
    }

    /// <summary>
    /// A node whose bodies read each value from outside once, in the order of reading, and none that they do not need: the form in which files
    /// give them back, and which keeps no value alive for nothing.
    /// </summary>
    internal static Node Normal(Node node)
    {
        ImmutableArray<Subgraph> bodies = node.Operator.Bodies;
        if (bodies.IsEmpty) return node;
        int own = node.Inputs.Length - bodies[0].Captured;
        if (own < 0 || bodies.Any(b => b.Captured != bodies[0].Captured)) throw new ModelException($"Node {node}: its inputs and those of its bodies do not fit.");
        ImmutableArray<string> outer = node.Inputs[own..];
        string[] read = [.. bodies.SelectMany(b => b.CapturesRead()).Select(k => outer[k]).Distinct(StringComparer.Ordinal)];
        if (outer.SequenceEqual(read)) return node;
        return node with { Inputs = [.. node.Inputs[..own], .. read], Operator = node.Operator.WithBodies([.. bodies.Select(b => b.Reading(outer, read))]) };
    }

    private IEnumerable<int> CapturesRead()
    {
        Dictionary<string, int> places = Inputs.Skip(Formal).Select((name, k) => (name, k)).ToDictionary(p => p.name, p => p.k, StringComparer.Ordinal);
        return Nodes.SelectMany(n => n.Inputs).Where(places.ContainsKey).Select(i => places[i]);
    }

    private Subgraph Reading(ImmutableArray<string> before, string[] now)
    {
        string[] formal = [.. Inputs.Take(Formal)];
        int made = 0;
        (ImmutableArray<Node> nodes, ImmutableArray<string> outputs) = Under([.. formal, .. before.Select(Outside)], n => n.Name, (_, _) => $"made {made++}");
        return new Subgraph([.. formal, .. now.Select(Outside)], now.Length, nodes, outputs);

        static string Outside(string name) => $"outside {name}";
    }

    /// <summary>Equal but for the names of nodes.</summary>
    public bool Equals(Subgraph? other) => other is not null && Captured == other.Captured && Inputs.SequenceEqual(other.Inputs)
        && Outputs.SequenceEqual(other.Outputs) && Nodes.Length == other.Nodes.Length && Nodes.Zip(other.Nodes).All(p => Same(p.First, p.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Subgraph);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Inputs.Length, Captured, Nodes.Length, Outputs.Length);

    /// <summary>"2 + 1 inputs, 3 nodes".</summary>
    public override string ToString() => $"{Formal} + {Captured} inputs, {Nodes.Length} nodes";

    private static bool Same(Node a, Node b) => a.Operator.Equals(b.Operator) && a.Inputs.SequenceEqual(b.Inputs) && a.Outputs.SequenceEqual(b.Outputs)
        && a.Extra.Keys.SequenceEqual(b.Extra.Keys, StringComparer.Ordinal);
}
