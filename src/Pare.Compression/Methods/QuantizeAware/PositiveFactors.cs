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
        var view = new ModelView(model);
        foreach (Layer layer in layers)
        {
            if (layer.Readers is not [{ Operator: Conv or Gemm { Beta: 1 } } node] || layer.ChannelAxis is not { } axis) continue;
            if (EncodingTree.Find<Codebook>(model.Weights[layer.Weight]) is not null || view.OnlyReader(node.Outputs[0]) is not { Operator: BatchNormalization } norm || norm.Inputs[0] != node.Outputs[0]) continue;
            string[] vectors = [norm.Inputs[1], norm.Inputs[3], .. node.Input(2).Length > 0 ? [node.Inputs[2]] : Array.Empty<string>()];
            float[] signs = [.. model.Weights.TryGetValue(norm.Inputs[1], out WeightEncoding? factors) ? factors.ToArray().Select(f => f < 0 ? -1f : 1f) : []];
            if (!signs.Contains(-1) || vectors.Any(v => !IsOwn(view, v, signs.Length) || turned.ContainsKey(v))) continue;
            turned[layer.Weight] = new Scaled(axis, new Dense(Shape.Of(signs.Length), signs), model.Weights[layer.Weight]);
            foreach (string vector in vectors)
                turned[vector] = new Dense(Shape.Of(signs.Length), model.Weights[vector].ToArray().Zip(signs, (v, s) => v * s).ToArray());
        }
        return turned.Count == 0 ? model : model.WithWeights(turned);
    }

    private static bool IsOwn(ModelView view, string vector, int length) =>
        view.IsOwnWeight(vector) && view.Model.Weights[vector] is Dense { Shape.Rank: 1 } weight && weight.Length == length;
}
