using Pare.Encodings;
using Pare.Operators;

namespace Pare.Compression.Quantization.Equalization;

/// <summary>The weight of a convolution or product, seen by its input and output channels.</summary>
internal static class ScaledWeight
{
    /// <summary>True where numbers of the weight can be multiplied one by one: dense, or dense values of a sparse weight.</summary>
    public static bool Takes(WeightEncoding weight) => weight is Dense or Sparse { Values: Dense };

    /// <summary>For each number of a weight its output channel.</summary>
    public static Func<int, int> OutputOf(Node node, Shape weight)
    {
        int row = Math.Max(1, (int)(weight.Elements / weight.Fixed[0]));
        return node.Operator is Gemm { TransB: false } ? i => i % weight.Fixed[1] : i => i / row;
    }

    /// <summary>For each number of a weight its input channel.</summary>
    public static Func<int, int> InputOf(Node node, Shape weight)
    {
        if (node.Operator is Gemm gemm) return gemm.TransB ? i => i % weight.Fixed[1] : i => i / weight.Fixed[1];
        (int outputs, int each) = (weight.Fixed[0] / ((Conv)node.Operator).Groups, weight.Fixed[1]);
        int taps = (int)(weight.Elements / Math.Max(1, weight.Fixed[0] * each));
        return i => i / (each * taps) / outputs * each + i / taps % each;
    }

    /// <summary>The greatest magnitude of each channel.</summary>
    public static double[] Ranges(ReadOnlySpan<float> values, Func<int, int> channel, int channels)
    {
        var ranges = new double[channels];
        for (int i = 0; i < values.Length; i++)
            if (channel(i) is var c && Math.Abs(values[i]) > ranges[c]) ranges[c] = Math.Abs(values[i]);
        return ranges;
    }

    /// <summary>The weight with each number multiplied by its channel's factor; what is not stored stays so.</summary>
    public static WeightEncoding Multiply(WeightEncoding weight, Func<int, int> channel, double[] factors)
    {
        switch (weight)
        {
            case Dense dense:
                float[] values = dense.ToArray();
                for (int i = 0; i < values.Length; i++) values[i] = (float)(values[i] * factors[channel(i)]);
                return new Dense(dense.Shape, values);
            case Sparse { Values: Dense stored } sparse:
                float[] kept = stored.ToArray();
                for (int i = 0; i < kept.Length; i++) kept[i] = (float)(kept[i] * factors[channel(sparse.Positions.Span[i])]);
                return new Sparse(sparse.Shape, sparse.Positions.ToArray(), new Dense(stored.Shape, kept), sparse.IndexBits);
            default:
                throw new ArgumentException($"Numbers of {weight} cannot be multiplied one by one.", nameof(weight));
        }
    }
}
