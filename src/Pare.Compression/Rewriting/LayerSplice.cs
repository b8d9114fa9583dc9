using Pare.Operators;

namespace Pare.Compression.Rewriting;

/// <summary>Nodes that take the place of one. New names are the old one with a suffix: "conv2.squeeze", "conv2.squeeze.weight".</summary>
/// <param name="model">The model before.</param>
/// <param name="editor">The model as it becomes.</param>
/// <param name="node">The node that goes.</param>
/// <param name="layer">The layer's name, from which those of weights derive.</param>
/// <param name="weight">Makes weights.</param>
internal sealed class LayerSplice(Model model, ModelEditor editor, Node node, string layer, NewWeight weight)
{
    private readonly List<Node> _nodes = [];

    private string _node = node.Name, _layer = layer;

    /// <summary>The model before.</summary>
    public Model Model => model;

    /// <summary>What follows is named after another node and layer.</summary>
    public void Under(string nodeName, string layerName) => (_node, _layer) = (nodeName, layerName);

    /// <summary>The numbers of a weight of the old layer.</summary>
    public float[] Old(string name) => model.Weights[name].ToArray();

    /// <summary>Adds a weight.</summary>
    public string Weight(string suffix, Shape shape, Func<float[]> values) => editor.SetWeight(editor.FreshValue($"{_layer}.{suffix}"), weight(shape, values));

    /// <summary>Adds a vector of one number repeated.</summary>
    public string Filled(string suffix, int count, float value) => Weight(suffix, Shape.Of(count), () =>
    {
        var values = new float[count];
        Array.Fill(values, value);
        return values;
    });

    /// <summary>Adds a constant vector of integers.</summary>
    public string Integers(string suffix, params ReadOnlySpan<long> values) => editor.SetConstant(editor.FreshValue($"{_layer}.{suffix}"), Tensor.Vector(values));

    /// <summary>Adds a node and returns its output.</summary>
    public string Add(Operator op, string suffix, params ReadOnlySpan<string> inputs)
    {
        string output = editor.FreshValue($"{_node}.{suffix}");
        _nodes.Add(new Node(editor.FreshNode($"{_node}.{suffix}"), op, Trimmed(inputs), [output]));
        return output;
    }

    /// <summary>Adds what stands between two layers.</summary>
    public string Activate(Between between, string suffix, string value, int channels)
    {
        if (between is Between.BatchNorm or Between.BatchNormRelu) value = BatchNorm($"{suffix}.bn", value, channels);
        return between is Between.Relu or Between.BatchNormRelu ? Relu($"{suffix}.relu", value) : value;
    }

    /// <summary>The last node's output takes the old node's name over.</summary>
    public void Close()
    {
        Node last = _nodes[^1];
        _nodes[^1] = last with { Outputs = node.Outputs };
        editor.Replace(node, [.. _nodes]);
    }

    private string Relu(string suffix, string input) => Add(new Unary(UnaryFunctions.Relu), suffix, input);

    // It changes nothing until it is trained.
    private string BatchNorm(string suffix, string input, int channels) => Add(
        new BatchNormalization(), suffix, input, Filled($"{suffix}.weight", channels, 1), Filled($"{suffix}.bias", channels, 0),
        Filled($"{suffix}.running_mean", channels, 0), Filled($"{suffix}.running_var", channels, 1));

    // An absent bias at the end is left out.
    private static System.Collections.Immutable.ImmutableArray<string> Trimmed(ReadOnlySpan<string> inputs)
    {
        while (inputs.Length > 0 && inputs[^1].Length == 0) inputs = inputs[..^1];
        return [.. inputs];
    }
}
