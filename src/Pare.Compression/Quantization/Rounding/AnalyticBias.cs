using Pare.Compression.Quantization.Equalization;
using Pare.Operators;

namespace Pare.Compression.Quantization.Rounding;

/// <summary>Takes out of each bias what rounding the weights adds to the mean output: the error of the weights times the mean input.</summary>
/// <remarks>
/// Nagel et al., ICCV 2019, section 4.2: means of inputs follow from batch normalizations, cut off by rectifiers. Padding is not counted.
/// </remarks>
internal static class AnalyticBias
{
    /// <summary>Corrects the biases of convolutions and products whose mean input is known.</summary>
    /// <param name="floats">The network before its weights were rounded.</param>
    /// <param name="quantized">The same nodes under the same names.</param>
    /// <param name="means">Moments of values.</param>
    public static Model Apply(Model floats, Model quantized, StatisticalRanges means)
    {
        foreach (Node node in floats.Nodes)
        {
            if (node.Operator is not (Conv or Gemm) || LayerMap.Of(floats, node) is not { } map || means[node.Inputs[0]] is not { } input) continue;
            if (quantized.Nodes.FirstOrDefault(n => n.Name == node.Name) is not { } reader || quantized.Weights[map.Weight] == floats.Weights[map.Weight]) continue;
            Shape shape = floats.Weights[map.Weight].Shape;
            Func<int, int> from = ScaledWeight.InputOf(node, shape), to = ScaledWeight.OutputOf(node, shape);
            float[] before = floats.Weights[map.Weight].ToArray(), after = quantized.Weights[map.Weight].ToArray();
            var shift = new double[map.Groups * map.Outputs];
            if (before.Length == 0 || from(before.Length - 1) >= input.Channels) continue;
            for (int i = 0; i < before.Length; i++) shift[to(i)] += ((double)before[i] - after[i]) * input.Mean[from(i)];
            quantized = BiasEdit.Add(quantized, reader, [.. shift.Select(s => (float)s)]);
        }
        return quantized;
    }
}
