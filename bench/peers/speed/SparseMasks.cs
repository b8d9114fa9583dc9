using Pare.Encodings;
using Pare.Operators;

namespace Pare.Peers.Speed;

/// <summary>Networks whose weights are zeros at random places, the same for the same seed.</summary>
internal static class SparseMasks
{
    /// <summary>Every weight of convolutions and products sparse at one rate.</summary>
    /// <param name="model">The network.</param>
    /// <param name="density">The share of numbers that stay.</param>
    /// <param name="pointwiseOnly">Only 1 x 1 convolutions.</param>
    public static Model Of(Model model, double density, bool pointwiseOnly)
    {
        var weights = new Dictionary<string, WeightEncoding>(StringComparer.Ordinal);
        foreach (Node node in model.Nodes)
        {
            if (node.Operator is not (Conv or Gemm or MatMul) || !model.Weights.TryGetValue(node.Inputs[1], out WeightEncoding? weight)) continue;
            if (pointwiseOnly && !(node.Operator is Conv { Groups: 1 } && weight.Shape.Fixed[2..].All(d => d == 1))) continue;
            weights[node.Inputs[1]] = Masked(weight, density, new Rng((ulong)weights.Count + 11));
        }
        return model.WithWeights(weights);
    }

    private static Sparse Masked(WeightEncoding weight, double density, Rng rng)
    {
        var keep = new bool[weight.Length];
        for (int i = 0; i < keep.Length; i++) keep[i] = rng.NextSingle() < density;
        return Sparse.Of(new Dense(weight.Shape, weight.ToArray()), keep);
    }
}
