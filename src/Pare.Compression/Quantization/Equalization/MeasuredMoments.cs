using Pare.Compression.Evaluation;

namespace Pare.Compression.Quantization.Equalization;

/// <summary>Mean and deviation of each channel of values, measured on samples.</summary>
internal static class MeasuredMoments
{
    /// <summary>Measures; channels are axis 1.</summary>
    public static Dictionary<string, (double[] Mean, double[] Deviation)> Of(Model model, IReadOnlyCollection<string> values, ActivationWalk walk, CancellationToken cancel)
    {
        var sums = new Dictionary<string, (double[] Sum, double[] Squares, long[] Count)>(StringComparer.Ordinal);
        walk.Run(model, values, probe =>
        {
            foreach (string value in values)
            {
                Tensor tensor = probe[value];
                AxisSlices slices = AxisSlices.Of(tensor.Shape, 1);
                if (!sums.TryGetValue(value, out (double[] Sum, double[] Squares, long[] Count) s)) sums[value] = s = (new double[slices.Length], new double[slices.Length], new long[slices.Length]);
                for (int row = 0; row < slices.Outer * slices.Length; row++)
                {
                    int channel = row % slices.Length;
                    foreach (float x in tensor.Floats.Slice(row * slices.Inner, slices.Inner))
                    {
                        s.Sum[channel] += x;
                        s.Squares[channel] += (double)x * x;
                    }
                    s.Count[channel] += slices.Inner;
                }
            }
        }, cancel);
        return sums.ToDictionary(p => p.Key, p =>
        {
            double[] mean = [.. p.Value.Sum.Zip(p.Value.Count, (sum, count) => sum / Math.Max(1, count))];
            return (mean, p.Value.Squares.Select((q, c) => Math.Sqrt(Math.Max(0, q / Math.Max(1, p.Value.Count[c]) - mean[c] * mean[c]))).ToArray());
        }, StringComparer.Ordinal);
    }
}
