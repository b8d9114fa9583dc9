using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Pare;

/// <summary>Changes a model, or makes one; <see cref="Build"/> checks everything and derives the types.</summary>
public sealed class ModelEditor
{
    private readonly List<(string Name, TensorType Type)> _inputs = [];
    private readonly List<string> _outputs = [];
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, WeightEncoding> _weights = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _constants = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _nodeNames = new(StringComparer.Ordinal);

    /// <summary>Starts an empty model.</summary>
    public ModelEditor() { }

    /// <summary>Starts from a model, which stays as it is.</summary>
    public ModelEditor(Model model)
    {
        foreach ((string name, TensorType type) in model.Inputs) AddInput(name, type);
        foreach ((string name, WeightEncoding weight) in model.Weights) SetWeight(name, weight);
        foreach ((string name, Tensor constant) in model.Constants) SetConstant(name, constant);
        foreach (Node node in model.Nodes) Add(node);
        _outputs.AddRange(model.Outputs);
        Metadata = model.Metadata;
    }

    /// <summary>Names, versions and preprocessing.</summary>
    public Metadata Metadata { get; set; } = Metadata.Empty;

    /// <summary>The nodes so far.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The weights so far.</summary>
    public IReadOnlyDictionary<string, WeightEncoding> Weights => _weights;

    /// <summary>The constants so far.</summary>
    public IReadOnlyDictionary<string, Tensor> Constants => _constants;

    /// <summary>The outputs so far.</summary>
    public IReadOnlyList<string> Outputs => _outputs;

    /// <summary>Adds an input.</summary>
    public string AddInput(string name, TensorType type)
    {
        _inputs.Add((name, type));
        _values.Add(name);
        return name;
    }

    /// <summary>Replaces an input's type, for example to bind its names.</summary>
    public void SetInput(string name, TensorType type) => _inputs[_inputs.FindIndex(i => i.Name == name)] = (name, type);

    /// <summary>Declares a value as an output.</summary>
    public void AddOutput(string value) => _outputs.Add(value);

    /// <summary>Replaces the list of outputs.</summary>
    public void SetOutputs(IEnumerable<string> values)
    {
        string[] list = [.. values];
        _outputs.Clear();
        _outputs.AddRange(list);
    }

    /// <summary>Adds or replaces a weight.</summary>
    public string SetWeight(string name, WeightEncoding encoding)
    {
        _weights[name] = encoding;
        _values.Add(name);
        return name;
    }

    /// <summary>Adds or replaces a constant.</summary>
    public string SetConstant(string name, Tensor value)
    {
        _constants[name] = value;
        _values.Add(name);
        return name;
    }

    /// <summary>Takes a weight or constant out.</summary>
    public void RemoveInitializer(string name)
    {
        if (_weights.Remove(name) | _constants.Remove(name)) _values.Remove(name);
    }

    /// <summary>Adds a node; the order of adding does not matter.</summary>
    public void Add(Node node)
    {
        _nodes.Add(node);
        _nodeNames.Add(node.Name);
        foreach (string output in node.Outputs) _values.Add(output);
    }

    /// <summary>Adds a node of one output under a fresh name and returns the output's name.</summary>
    /// <param name="op">What is computed.</param>
    /// <param name="name">The name wished for; a number is added where it is taken.</param>
    /// <param name="inputs">Value names.</param>
    public string Add(Operator op, string name, params ReadOnlySpan<string> inputs)
    {
        string node = FreshNode(name), output = FreshValue(name);
        Add(new Node(node, op, [.. inputs], [output]));
        return output;
    }

    /// <summary>Puts other nodes in the place of one.</summary>
    public void Replace(Node node, params ReadOnlySpan<Node> by)
    {
        int at = _nodes.IndexOf(node);
        Remove(node);
        foreach (Node n in by) Add(n);
        List<Node> added = _nodes.GetRange(_nodes.Count - by.Length, by.Length);
        _nodes.RemoveRange(_nodes.Count - by.Length, by.Length);
        _nodes.InsertRange(at, added);
    }

    /// <summary>Takes a node out; its outputs have no maker then.</summary>
    public void Remove(Node node)
    {
        if (!_nodes.Remove(node)) throw new ArgumentException($"Node {node} is not in the model.", nameof(node));
        _nodeNames.Remove(node.Name);
        foreach (string output in node.Outputs) _values.Remove(output);
    }

    /// <summary>Lets everything that reads <paramref name="value"/>, outputs too, read <paramref name="by"/> instead.</summary>
    public void ReplaceUses(string value, string by)
    {
        for (int i = 0; i < _nodes.Count; i++)
            if (_nodes[i].Inputs.Contains(value))
                _nodes[i] = _nodes[i] with { Inputs = [.. _nodes[i].Inputs.Select(n => n == value ? by : n)] };
        for (int i = 0; i < _outputs.Count; i++)
            if (_outputs[i] == value) _outputs[i] = by;
    }

    /// <summary>A value name that is not taken.</summary>
    public string FreshValue(string wish) => Fresh(wish, _values);

    /// <summary>A node name that is not taken.</summary>
    public string FreshNode(string wish) => Fresh(wish, _nodeNames);

    /// <summary>Takes out every node, weight and constant that no output needs.</summary>
    public void RemoveUnused()
    {
        var needed = new HashSet<string>(_outputs, StringComparer.Ordinal);
        var makers = new NodesByValue();
        foreach (Node node in _nodes)
            foreach (string output in node.Outputs) makers.Add(output, node);
        var open = new Stack<string>(_outputs);
        while (open.TryPop(out string? value))
            foreach (Node maker in makers[value])
                foreach (string input in maker.Inputs)
                    if (needed.Add(input)) open.Push(input);
        foreach (Node node in _nodes.Where(n => !n.Outputs.Any(needed.Contains)).ToList()) Remove(node);
        foreach (string name in _weights.Keys.Concat(_constants.Keys).Where(n => !needed.Contains(n)).ToList()) RemoveInitializer(name);
    }

    /// <summary>Checks the model, sorts the nodes and derives all types.</summary>
    /// <exception cref="ModelException">A name is used twice or nowhere made, nodes form a cycle, or shapes do not fit.</exception>
    public Model Build()
    {
        Node[] sorted = [.. NodeOrder.Sort(_nodes, [.. _inputs.ConvertAll(i => i.Name), .. _weights.Keys, .. _constants.Keys]).Select(Subgraph.Normal)];
        var inference = new TypeInference(CollectionsMarshal.AsSpan(_inputs), _weights, _constants);
        foreach (ref Node node in sorted.AsSpan()) Infer(inference, ref node);
        if (_outputs.Count == 0) throw new ModelException("The model has no outputs.");
        HashSet<string> made = [.. inference.Types.Keys, .. sorted.SelectMany(n => n.Outputs)];
        foreach (string output in _outputs)
            if (output.Length == 0 || !made.Contains(output)) throw new ModelException($"The output '{output}' is made by no node.");
        return new Model(
            [.. _inputs], [.. _outputs], [.. sorted], _weights.ToImmutableDictionary(), _constants.ToImmutableDictionary(), Metadata,
            inference.Types.ToImmutableDictionary());
    }

    /// <summary>What a reader makes of a node whose types Pare does not compute with; null leaves the fault as it is.</summary>
    internal Func<Node, string, Node?>? OnUnsupported { get; set; }

    private void Infer(TypeInference inference, ref Node node)
    {
        try
        {
            inference.Infer(node);
        }
        catch (PareException e) when (OnUnsupported is not null && (e as UnsupportedException ?? e.InnerException) is UnsupportedException)
        {
            if (OnUnsupported(node, e.Message) is not { } other) throw;
            node = other;
            inference.Infer(node);
        }
    }

    private static string Fresh(string wish, HashSet<string> taken)
    {
        string name = wish;
        for (int i = 2; taken.Contains(name); i++) name = $"{wish}_{i}";
        return name;
    }
}
