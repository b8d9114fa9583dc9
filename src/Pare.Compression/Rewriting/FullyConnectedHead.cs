using System.Collections.Immutable;
using Pare.Operators;

namespace Pare.Compression.Rewriting;

/// <summary>A fully connected layer of a head.</summary>
/// <param name="Node">The product; its weight is input 1.</param>
/// <param name="Transposed">The weight is [outputs, inputs].</param>
/// <param name="Alpha">Factor of the product.</param>
/// <param name="Bias">The added vector, or "".</param>
/// <param name="Beta">Factor of the bias.</param>
internal sealed record FullyConnectedLayer(Node Node, bool Transposed, float Alpha, string Bias, float Beta)
{
    public string Weight => Node.Inputs[1];

    public int Outputs(Model model) => model.Weights[Weight].Shape.Fixed[Transposed ? 0 : 1];

    /// <summary>The weight as [outputs, inputs], times alpha.</summary>
    public double[] Matrix(Model model)
    {
        float[] values = model.Weights[Weight].ToArray();
        int outputs = Outputs(model), inputs = values.Length / outputs;
        var matrix = new double[values.Length];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++) matrix[o * inputs + i] = Alpha * values[Transposed ? o * inputs + i : i * outputs + o];
        return matrix;
    }
}

/// <summary>The end of a network where channels and positions are flattened into a vector and fully connected layers follow.</summary>
/// <param name="Feature">What is flattened, [N, C, ...].</param>
/// <param name="ChannelsLast">The vector has channels innermost: a Transpose stands before the flattening.</param>
/// <param name="Layers">The fully connected layers, at least one; activations and dropout between them are left out.</param>
/// <param name="Last">The node whose output is that of the last layer: its product, or the addition of its bias.</param>
internal sealed record FullyConnectedHead(string Feature, bool ChannelsLast, ImmutableArray<FullyConnectedLayer> Layers, Node Last)
{
    /// <summary>All of a model, in its order.</summary>
    public static IEnumerable<FullyConnectedHead> All(Model model)
    {
        var view = new ModelView(model);
        foreach (Node node in model.Nodes)
            if (Flattens(model, node) && Walk(view, node) is { } head) yield return head;
    }

    /// <summary>Trained numbers of weights and biases.</summary>
    public long Parameters(Model model) =>
        Layers.Sum(l => model.Weights[l.Weight].Shape.Elements + (model.Weights.TryGetValue(l.Bias, out WeightEncoding? bias) ? bias.Length : 0));

    private static bool Flattens(Model model, Node node)
    {
        if (node.Operator is not (Flatten or Reshape) || !model.IsTyped(node)) return false;
        Shape from = model.Types[node.Inputs[0]].Shape, to = model.Types[node.Outputs[0]].Shape;
        return from.Rank >= 3 && to.Rank == 2 && to[0] == from[0] && !model.Weights.ContainsKey(node.Inputs[0]);
    }

    private static FullyConnectedHead? Walk(ModelView view, Node flatten)
    {
        string feature = flatten.Inputs[0];
        bool channelsLast = false;
        if (view.OnlyReader(feature) is not null && view.Maker(feature) is { Operator: Transpose turn } before)
        {
            int rank = view.Model.Types[feature].Shape.Rank;
            if (!turn.Order.SequenceEqual([0, .. Enumerable.Range(2, rank - 2), 1])) return null;
            (feature, channelsLast) = (before.Inputs[0], true);
        }
        var layers = ImmutableArray.CreateBuilder<FullyConnectedLayer>();
        Node? last = null;
        string value = flatten.Outputs[0];
        while (view.OnlyReader(value) is { } reader && reader.Inputs[0] == value)
        {
            value = reader.Outputs[0];
            if (Layer(view, reader) is { } layer)
            {
                last = reader;
                if (layer.Bias.Length == 0 && AddedBias(view, value) is var (add, bias))
                {
                    layer = layer with { Bias = bias };
                    last = add;
                    value = add.Outputs[0];
                }
                layers.Add(layer);
            }
            else if (reader.Operator is not (Unary or Clip or Dropout or Identity or BatchNormalization)) break;
        }
        // The picture itself is no feature map: its mean says nothing.
        return last is null || view.Maker(feature) is null ? null : new FullyConnectedHead(feature, channelsLast, layers.ToImmutable(), last);
    }

    private static FullyConnectedLayer? Layer(ModelView view, Node node)
    {
        if (node.Operator is not (Gemm { TransA: false } or MatMul)) return null;
        if (!view.IsOwnWeight(node.Inputs[1]) || view.Model.Weights[node.Inputs[1]].Shape.Rank != 2) return null;
        if (node.Operator is not Gemm gemm) return new FullyConnectedLayer(node, false, 1, "", 1);
        if (node.Input(2).Length > 0 && !view.Model.Weights.ContainsKey(node.Input(2))) return null;
        return new FullyConnectedLayer(node, gemm.TransB, gemm.Alpha, node.Input(2), gemm.Beta);
    }

    private static (Node Add, string Bias)? AddedBias(ModelView view, string product)
    {
        if (view.OnlyReader(product) is not { Operator: Binary { Function: var f } } add || f != BinaryFunctions.Add) return null;
        string bias = add.Inputs[0] == product ? add.Inputs[1] : add.Inputs[0];
        return view.Model.Weights.TryGetValue(bias, out WeightEncoding? values) && view.Model.Types.TryGetValue(product, out TensorType? type) && values.Length == type.Shape[1] ? (add, bias) : null;
    }
}
