namespace Pare.Compression.Quantization;

/// <summary>Cuts off the same small share of the numbers at both ends; of a symmetric format, of their magnitudes.</summary>
/// <param name="format">What the numbers are quantized to.</param>
/// <param name="percentile">Percent of the numbers that are kept at each end, above 50 to 100.</param>
public sealed class PercentileCalibrator(ActivationFormat format, double percentile = Calibrators.DefaultPercentile) : ICalibrator
{
    private readonly StreamingHistogram _histogram = new();

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, int samples) => _histogram.Add(values);

    /// <inheritdoc/>
    public ActivationRange Range()
    {
        (double[] centres, long[] counts) = _histogram.Filled();
        ActivationRange all = _histogram.Range;
        double cut = _histogram.Count * (1 - percentile / 100);
        if (format.Symmetric && all.Low < 0)
        {
            (double Size, long Count)[] sizes = [.. centres.Select((c, i) => (Math.Abs(c), counts[i])).OrderBy(p => p.Item1)];
            double bound = Math.Min(Above([.. sizes.Select(s => s.Size)], [.. sizes.Select(s => s.Count)], cut, _histogram.Width), Math.Max(-all.Low, all.High));
            return new ActivationRange(-(float)bound, (float)bound);
        }
        double high = Above(centres, counts, cut, _histogram.Width), low = -Above([.. centres.Select(c => -c).Reverse()], [.. counts.Reverse()], cut, _histogram.Width);
        return new ActivationRange((float)Math.Clamp(low, all.Low, 0), (float)Math.Clamp(high, 0, all.High));
    }

    // The number that so many are above: numbers of a bin lie evenly in it. Zeros, which are not in the bins, are never cut: the range holds 0.
    private static double Above(double[] centres, long[] counts, double cut, double width)
    {
        double left = cut;
        for (int i = centres.Length - 1; i >= 0; left -= counts[i--])
            if (counts[i] >= left) return centres[i] + width * (0.5 - left / counts[i]);
        return 0;
    }
}
