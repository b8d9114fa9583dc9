namespace Pare.Compression.Quantization.Debugging;

/// <summary>Builds networks that are quantized in some places: the float network's nodes, with parameters and quantizers of the quantized one.</summary>
/// <param name="match">The two networks.</param>
/// <param name="lengths">Values of the names in the shapes of inputs.</param>
/// <remarks>What is equal in two of them has equal names, so that one can take over values that another computed.</remarks>
internal sealed class HybridNetwork(NetworkMatch match, IReadOnlyDictionary<string, long> lengths)
{
    /// <summary>Builds one.</summary>
    /// <param name="parameter">Whether an input of a node, a weight or constant, is that of the quantized network.</param>
    /// <param name="chain">Whether a value is quantized where it is read there.</param>
    /// <param name="output">A value to give out instead of the network's outputs.</param>
    /// <param name="quantizer">What quantizes that value.</param>
    public Model Build(Func<Node, int, bool> parameter, Func<Edge, bool> chain, string? output = null, QuantizerChain? quantizer = null)
    {
        Model floats = match.Floats;
        var editor = new ModelEditor { Metadata = floats.Metadata with { Opset = Math.Max(floats.Metadata.Opset, match.Quantized.Metadata.Opset) } };
        foreach ((string name, TensorType type) in floats.Inputs) editor.AddInput(name, type with { Shape = type.Shape.Bind(lengths) });
        foreach ((string name, WeightEncoding weight) in floats.Weights) editor.SetWeight(name, weight);
        foreach ((string name, Tensor constant) in floats.Constants) editor.SetConstant(name, constant);
        var ends = new Dictionary<(string Value, string End), string>();
        string Read(Edge edge, string value) => match.Chains.TryGetValue(edge, out QuantizerChain? known) && chain(edge) ? Quantized(editor, ends, value, known) : value;
        foreach (Node node in floats.Nodes) editor.Add(With(editor, node, parameter, Read));
        editor.SetOutputs(output is not null
            ? [quantizer is null ? output : Quantized(editor, ends, output, quantizer)]
            : floats.Outputs.Select((o, i) => Read(new Edge("", i), o)));
        editor.RemoveUnused();
        return editor.Build();
    }

    /// <summary>Builds the network with everything quantized.</summary>
    public Model Quantized() => Build((_, _) => true, _ => true);

    private Node With(ModelEditor editor, Node node, Func<Node, int, bool> parameter, Func<Edge, string, string> read)
    {
        if (!match.Nodes.TryGetValue(node.Name, out Node? other)) return node with { Inputs = [.. node.Inputs.Select((v, i) => match.IsComputed(v) ? read(new Edge(node.Name, i), v) : v)] };
        var inputs = new List<string>();
        bool changed = false;
        for (int i = 0; i < Math.Max(node.Inputs.Length, other.Inputs.Length); i++)
        {
            string own = node.Input(i);
            if (own.Length > 0 && match.IsComputed(own)) inputs.Add(read(new Edge(node.Name, i), own));
            else if (Parameter(match.QuantizedInput(node, i)) is { } theirs && parameter(node, i))
            {
                changed = true;
                inputs.Add(theirs(editor));
            }
            else inputs.Add(own);
        }
        while (inputs.Count > node.Inputs.Length && inputs[^1].Length == 0) inputs.RemoveAt(inputs.Count - 1);
        return node with { Inputs = [.. inputs], Operator = changed ? other.Operator : node.Operator };
    }

    private Func<ModelEditor, string>? Parameter(string name)
    {
        string copy = name + "::quantized";
        if (match.Quantized.Weights.TryGetValue(name, out WeightEncoding? weight)) return editor => editor.SetWeight(copy, weight);
        return match.Quantized.Constants.TryGetValue(name, out Tensor? constant) ? editor => editor.SetConstant(copy, constant) : null;
    }

    private string Quantized(ModelEditor editor, Dictionary<(string Value, string End), string> ends, string value, QuantizerChain chain)
    {
        if (ends.TryGetValue((value, chain.End), out string? known)) return known;
        string prefix = value + "::";
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { [chain.Nodes[0].Inputs[0]] = value };
        foreach (Node node in chain.Nodes)
        {
            foreach (string output in node.Outputs.Where(o => o.Length > 0)) names[output] = prefix + output;
            editor.Add(node with
            {
                Name = prefix + node.Name,
                Inputs = [.. node.Inputs.Select(i => names.TryGetValue(i, out string? inside) ? inside : Parameter(i) is { } outside ? outside(editor) : i)],
                Outputs = [.. node.Outputs.Select(o => o.Length > 0 ? names[o] : o)],
            });
        }
        return ends[(value, chain.End)] = names[chain.End];
    }
}
