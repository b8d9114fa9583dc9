using System.Collections.Immutable;

namespace Pare;

/// <summary>A network: an immutable value, made and checked by <see cref="ModelEditor.Build"/>. A pass or a method is Model -> Model.</summary>
public sealed class Model
{
    internal Model(
        ImmutableArray<(string Name, TensorType Type)> inputs, ImmutableArray<string> outputs, ImmutableArray<Node> nodes,
        ImmutableDictionary<string, WeightEncoding> weights, ImmutableDictionary<string, Tensor> constants,
        Metadata metadata, ImmutableDictionary<string, TensorType> types)
    {
        Inputs = inputs;
        Outputs = outputs;
        Nodes = nodes;
        Weights = weights;
        Constants = constants;
        Metadata = metadata;
        Types = types;
    }

    /// <summary>What the caller feeds, in the file's order; lengths may be names.</summary>
    public ImmutableArray<(string Name, TensorType Type)> Inputs { get; }

    /// <summary>The values that are returned.</summary>
    public ImmutableArray<string> Outputs { get; }

    /// <summary>The nodes, each after those it reads from.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>Trainable floats.</summary>
    public ImmutableDictionary<string, WeightEncoding> Weights { get; }

    /// <summary>Every other initializer: integers, booleans, scalars.</summary>
    public ImmutableDictionary<string, Tensor> Constants { get; }

    /// <summary>The type of every value, derived when the model was built. Values behind a <see cref="ForeignOperator"/> may have none.</summary>
    public ImmutableDictionary<string, TensorType> Types { get; }

    /// <summary>Names, versions and preprocessing that travel with the model.</summary>
    public Metadata Metadata { get; }

    /// <summary>The node that makes a value, or null for inputs, weights and constants.</summary>
    public Node? Producer(string value) => Nodes.FirstOrDefault(n => n.Outputs.Contains(value));

    /// <summary>The weights in the order in which the nodes read them: the order of reports.</summary>
    public IEnumerable<string> WeightsInOrder() => Nodes.SelectMany(n => n.Inputs).Where(Weights.ContainsKey).Distinct(StringComparer.Ordinal);

    /// <summary>The first node and input that read a weight, with the output-channel axis there.</summary>
    /// <exception cref="ArgumentException">No node reads it.</exception>
    public (Node Node, int Input, int? ChannelAxis) Reader(string weight)
    {
        foreach (Node node in Nodes)
            if (node.Inputs.IndexOf(weight) is >= 0 and int input)
                return (node, input, node.Operator.WeightAxis(input));
        throw new ArgumentException($"No node reads the weight '{weight}'.", nameof(weight));
    }

    /// <summary>The scope of a weight's tree, for <see cref="WeightEncoding.MapLeaves"/>.</summary>
    public LeafScope ScopeOf(string weight) => LeafScope.Of(weight, Weights[weight].Shape, Reader(weight).ChannelAxis);

    /// <summary>The model with some weights encoded anew, each of the same shape as before; nothing else changes.</summary>
    /// <exception cref="ArgumentException">A weight is not in the model or has another shape.</exception>
    public Model WithWeights(IEnumerable<KeyValuePair<string, WeightEncoding>> encodings)
    {
        ImmutableDictionary<string, WeightEncoding>.Builder weights = Weights.ToBuilder();
        foreach ((string name, WeightEncoding encoding) in encodings)
        {
            if (!Weights.TryGetValue(name, out WeightEncoding? old)) throw new ArgumentException($"The model has no weight '{name}'.", nameof(encodings));
            if (!old.Shape.Equals(encoding.Shape)) throw new ArgumentException($"The weight '{name}' is {old.Shape}, not {encoding.Shape}.", nameof(encodings));
            weights.Remove(name);            // setting keeps the old object where the two are equal
            weights.Add(name, encoding);
        }
        return new Model(Inputs, Outputs, Nodes, weights.ToImmutable(), Constants, Metadata, Types);
    }

    /// <summary>The model with other metadata.</summary>
    public Model WithMetadata(Metadata metadata) => new(Inputs, Outputs, Nodes, Weights, Constants, metadata, Types);
}

/// <summary>Names, versions and preprocessing that travel with a model.</summary>
/// <param name="Name">The network's name, or "".</param>
/// <param name="Opset">The version of ONNX's own operator set that the model was read from, and is written to unless told otherwise.</param>
/// <param name="Properties">Everything else, by name ("pare.scale"): ONNX's metadata properties.</param>
public sealed record Metadata(string Name, int Opset, ImmutableSortedDictionary<string, string> Properties)
{
    /// <summary>The opset of models that Pare makes itself.</summary>
    public const int DefaultOpset = 17;

    /// <summary>No name, the default opset, no properties.</summary>
    public static Metadata Empty { get; } = new("", DefaultOpset, ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal));

    /// <summary>With one property set.</summary>
    public Metadata With(string name, string value) => this with { Properties = Properties.SetItem(name, value) };
}
