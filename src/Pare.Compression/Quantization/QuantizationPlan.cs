using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Compression.Quantization;

/// <summary>Which values of a model are quantized, and which of them share a scale. It follows from the graph alone.</summary>
/// <remarks>
/// Quantized are the operands and results of convolutions, products, sums, pools and functions, the model's inputs and outputs among them.
/// Between a layer and its rectifier stands nothing. What only moves numbers passes the scale on, and values that are joined share one.
/// Nodes that are excluded read and make floats. Build it of a model whose batch normalizations are folded, see
/// <see cref="Passes.Simplify.ForInference(Model)"/>.
/// </remarks>
public sealed class QuantizationPlan
{
    // The first opsets of ONNX that have all that is inserted; 13 brings scales for channels, which weights need.
    private const int OpsetOfBytes = 13, OpsetOfWords = 21;

    private QuantizationPlan(ImmutableArray<QuantizedGroup> groups, ImmutableHashSet<string> nodes)
    {
        Groups = groups;
        Nodes = nodes;
    }

    /// <summary>The values, by the scale that they share.</summary>
    public ImmutableArray<QuantizedGroup> Groups { get; }

    /// <summary>Names of the nodes that compute with quantized operands.</summary>
    public ImmutableHashSet<string> Nodes { get; }

    /// <summary>Names of the values that calibration must look at.</summary>
    public IEnumerable<string> Sources => Groups.SelectMany(g => g.Sources);

    /// <summary>Plans a model.</summary>
    /// <param name="model">The model, simplified.</param>
    /// <param name="excluded">Whether a node stays as it is; a rectifier follows its layer.</param>
    public static QuantizationPlan Of(Model model, Func<Node, bool> excluded)
    {
        var graph = new QuantizationGraph(model, excluded);
        List<QuantizedValue> values = [.. graph.Values.Select(graph.Quantized).OfType<QuantizedValue>()];
        var quantized = values.ToDictionary(v => v.Name, StringComparer.Ordinal);
        var group = new Dictionary<string, string>(StringComparer.Ordinal);
        string Root(string value) => group.TryGetValue(value, out string? parent) ? Root(parent) : value;
        var moved = new HashSet<string>(StringComparer.Ordinal);
        foreach (Node node in model.Nodes.Where(n => graph.IsQuantized(n) && graph.RoleOf(n) == NodeRole.Moves))
        {
            string[] ends = [.. NodeRoles.Operands(node).Concat(node.Outputs).Where(quantized.ContainsKey).Distinct(StringComparer.Ordinal)];
            if (NodeRoles.Operands(node).Any(quantized.ContainsKey)) moved.UnionWith(node.Outputs);
            foreach (string end in ends.Skip(1))
                if (Root(end) != Root(ends[0])) group[Root(end)] = Root(ends[0]);
        }
        return new QuantizationPlan(
            [.. values.GroupBy(v => Root(v.Name), StringComparer.Ordinal).Select(g => new QuantizedGroup(
                [.. g], [.. g.Select(v => v.Name).Where(v => !moved.Contains(v))], g.All(v => graph.IsNonNegative(v.Name))))],
            [.. model.Nodes.Where(graph.IsQuantized).Select(n => n.Name)]);
    }

    /// <summary>The same nodes with other groups: some values have their pairs already.</summary>
    internal QuantizationPlan With(ImmutableArray<QuantizedGroup> groups) => new(groups, Nodes);

    /// <summary>Puts the pairs of nodes into the model that was planned.</summary>
    /// <param name="model">The model that was planned.</param>
    /// <param name="quantizers">One for each of <see cref="Groups"/>.</param>
    public Model Insert(Model model, IReadOnlyList<ActivationQuantizer> quantizers)
    {
        int opset = quantizers.Any(q => q.Type is DType.U16 or DType.I16) ? OpsetOfWords : OpsetOfBytes;
        var editor = new ModelEditor { Metadata = model.Metadata with { Opset = Math.Max(model.Metadata.Opset, opset) } };
        foreach ((string name, TensorType type) in model.Inputs) editor.AddInput(name, type);
        foreach ((string name, WeightEncoding weight) in model.Weights) editor.SetWeight(name, weight);
        foreach ((string name, Tensor constant) in model.Constants) editor.SetConstant(name, constant);
        HashSet<string> taken = [.. model.Types.Keys, .. model.Nodes.Select(n => n.Name)];
        string Fresh(string wish)
        {
            string name = wish;
            for (int i = 2; !taken.Add(name); i++) name = $"{wish}_{i}";
            return name;
        }
        // For each quantized value the name of its floats, and of what comes out of the pair: an output keeps its name.
        var pairs = new Dictionary<string, (QuantizedValue Value, string Floats, string Quantized)>(StringComparer.Ordinal);
        var added = new Dictionary<string, Node[]>(StringComparer.Ordinal);
        for (int i = 0; i < Groups.Length; i++)
        {
            ActivationQuantizer q = quantizers[i];
            string scale = editor.SetConstant(Fresh($"{Groups[i].Name}_scale"), Tensor.Scalar(q.Scale));
            string zero = editor.SetConstant(Fresh($"{Groups[i].Name}_zero_point"), Tensor.Scalar(q.Type, q.Zero));
            string[] ends = q.IsNarrow ? [editor.SetConstant(Fresh($"{Groups[i].Name}_least"), Tensor.Scalar(q.Range.Low)), editor.SetConstant(Fresh($"{Groups[i].Name}_most"), Tensor.Scalar(q.Range.High))] : [];
            foreach (QuantizedValue value in Groups[i].Values)
            {
                string floats = value.IsOutput ? Fresh($"{value.Name}_floats") : value.Name;
                string result = value.IsOutput ? value.Name : Fresh($"{value.Name}_dequantized"), codes = Fresh($"{value.Name}_quantized");
                pairs[value.Name] = (value, floats, result);
                string clipped = ends.Length > 0 ? Fresh($"{value.Name}_clipped") : floats;
                added[value.Name] =
                [
                    .. ends.Length > 0 ? new[] { new Node(Fresh($"{value.Name}_Clip"), new Clip(), [floats, .. ends], [clipped]) } : [],
                    new Node(Fresh($"{value.Name}_QuantizeLinear"), new QuantizeLinear(), [clipped, scale, zero], [codes]),
                    new Node(Fresh($"{value.Name}_DequantizeLinear"), new DequantizeLinear(), [codes, scale, zero], [result]),
                ];
            }
        }
        void Pair(string value)
        {
            if (added.TryGetValue(value, out Node[]? nodes))
                foreach (Node node in nodes) editor.Add(node);
        }
        foreach ((string name, _) in model.Inputs) Pair(name);
        foreach (Node node in model.Nodes)
        {
            editor.Add(node with
            {
                Inputs = [.. node.Inputs.Select(v => !pairs.TryGetValue(v, out var pair) ? v : pair.Value.Readers.Contains(node.Name) ? pair.Quantized : pair.Floats)],
                Outputs = [.. node.Outputs.Select(v => pairs.TryGetValue(v, out var pair) ? pair.Floats : v)],
            });
            foreach (string output in node.Outputs) Pair(output);
        }
        editor.SetOutputs(model.Outputs);
        return editor.Build();
    }
}
