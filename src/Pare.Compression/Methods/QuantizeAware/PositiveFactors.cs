using Pare.Encodings;
using Pare.Operators;

namespace Pare.Compression.Methods;

/// <summary>
/// Turns the sign of channels that a batch norm multiplies by a number below 0: of the layer's weights and bias, and of mean and factor
/// behind it. The same network, and its scales are positive once the norm is folded into them.
/// </summary>
internal static class PositiveFactors
{
    /// <summary>Turns the channels of some layers; those whose weights are clusters, or are read elsewhere too, stay as they are.</summary>
    public static Model Apply(Model model, IEnumerable<Layer> layers)
    {
        var turned = new Dictionary<string, WeightEncoding>(StringComparer.Ordinal);
        foreach (Layer layer in layers)
        {
            if (layer.Readers is not [{ Operator: Conv or Gemm { Beta: 1 } } node] || layer.ChannelAxis is not { } axis) continue;
            if (EncodingTree.Find<Codebook>(model.Weights[layer.Weight]) is not null || Norm(model, node) is not { } norm) continue;
            string[] vectors = [norm.Inputs[1], norm.Inputs[3], .. node.Input(2).Length > 0 ? [node.Inputs[2]] : Array.Empty<string>()];
            float[] signs = [.. model.Weights.TryGetValue(norm.Inputs[1], out WeightEncoding? factors) ? factors.ToArray().Select(f => f < 0 ? -1f : 1f) : []];
            if (!signs.Contains(-1) || vectors.Any(v => !IsOwn(model, v, signs.Length) || turned.ContainsKey(v))) continue;
            turned[layer.Weight] = new Scaled(axis, new Dense(Shape.Of(signs.Length), signs), model.Weights[layer.Weight]);
            foreach (string vector in vectors)
                turned[vector] = new Dense(Shape.Of(signs.Length), model.Weights[vector].ToArray().Zip(signs, (v, s) => v * s).ToArray());
        }
        return turned.Count == 0 ? model : model.WithWeights(turned);
    }

    private static Node? Norm(Model model, Node layer)
    {
        string value = layer.Outputs[0];
        Node[] readers = [.. model.Nodes.Where(n => n.Inputs.Contains(value)).Take(2)];
        return readers is [{ Operator: BatchNormalization } norm] && norm.Inputs[0] == value && !model.Outputs.Contains(value) ? norm : null;
    }

    private static bool IsOwn(Model model, string vector, int length) =>
        model.Weights.TryGetValue(vector, out WeightEncoding? weight) && weight is Dense && weight.Shape.Rank == 1 && weight.Length == length
        && model.Nodes.Count(n => n.Inputs.Contains(vector)) == 1;
}
