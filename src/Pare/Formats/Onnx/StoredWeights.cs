using Pare.Encodings;
using Pare.Operators;

namespace Pare.Formats.Onnx;

/// <summary>Which weights of a model a file holds as integers, and the opset that this takes.</summary>
internal sealed class StoredWeights
{
    private readonly Dictionary<string, StoredWeight> _stored = new(StringComparer.Ordinal);

    private StoredWeights(int opset) => Opset = opset;

    /// <summary>The opset that is written.</summary>
    public int Opset { get; private set; }

    /// <summary>The weight as integers, or null where it is written as floats.</summary>
    public StoredWeight? Find(string weight) => _stored.GetValueOrDefault(weight);

    /// <summary>Decides for each weight.</summary>
    /// <param name="model">The model, in the form of operators that is written.</param>
    /// <param name="options">An opset that is asked for is kept to; else it is raised where weights need it and nothing forbids it.</param>
    public static StoredWeights Of(Model model, OnnxWriteOptions options)
    {
        var all = new StoredWeights(options.Opset ?? model.Metadata.Opset);
        if (options.Quantized == QuantizedForm.Floats) return all;
        // A node that Pare lacks can only be written in the opset that it was read in.
        bool canRaise = options.Opset is null && !model.Nodes.Any(n => n.Operator is ForeignOperator { Kind: ForeignKind.Node });
        int most = canRaise ? Math.Max(all.Opset, OnnxOpset.Newest) : all.Opset;
        foreach ((string name, WeightEncoding weight) in model.Weights)
            if (StoredWeight.Of(weight, most) is { } stored) all._stored[name] = stored;
        foreach (StoredWeight stored in all._stored.Values) all.Opset = Math.Max(all.Opset, stored.Opset);
        if (canRaise) all.Opset = model.Nodes.Aggregate(all.Opset, (opset, n) => Math.Max(opset, OpsetOf(model, n)));
        all.AddBiases(model);
        return all;
    }

    /// <summary>The model as the file reads back.</summary>
    public Model Keep(Model model) => _stored.Count == 0 ? model : model.WithWeights(_stored.Select(s => KeyValuePair.Create(s.Key, s.Value.Kept)));

    // Networks of older opsets can be quantized, too.
    private static int OpsetOf(Model model, Node node) => node.Operator is not (QuantizeLinear or DequantizeLinear) ? OnnxOpset.Oldest
        : node.Inputs.Append(node.Outputs[0]).Any(v => model.Types.GetValueOrDefault(v)?.DType is DType.I16 or DType.U16) ? 21 : 10;

    // Engines compute with such a bias as it is: of a layer whose input, weight and output are quantized.
    private void AddBiases(Model model)
    {
        if (_stored.Count == 0) return;
        QuantizedLayers layers = new(model);
        foreach (Node node in model.Nodes)
        {
            if (layers.Of(node) is not { Output: not null, Bias: { Length: > 0 } bias } layer || Find(node.Inputs[1]) is not { Kept: Scaled weight } stored) continue;
            if (model.Weights.GetValueOrDefault(bias) is not Dense { Shape.Rank: 1 } dense || layers.Readers(bias) != 1 || stored.Block > 0) continue;
            bool isOne = stored.Axis == Scaled.WholeWeight;
            if (!isOne && (stored.Axis != node.Operator.WeightAxis(1) || stored.Scales.Length != dense.Length)) continue;
            if (StoredWeight.OfBias(dense, layer.InputScale, ((Dense)weight.Scales).Values) is { } quantized && quantized.Opset <= Opset) _stored[bias] = quantized;
        }
    }
}
