namespace Pare.Compression.Quantization;

/// <summary>The bound whose quantized numbers diverge least from the numbers (Kullback-Leibler), over magnitudes; zeros do not count.</summary>
/// <remarks>
/// Migacz, "8-bit inference with TensorRT", GTC 2017. What is cut off is counted into the last bin; the quantized counts are spread evenly
/// over the bins that are not empty.
/// </remarks>
/// <param name="format">What the numbers are quantized to.</param>
public sealed class EntropyCalibrator(ActivationFormat format) : ICalibrator
{
    private const int Bins = 2048, Step = 8;
    private readonly StreamingHistogram _histogram = new();

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, int samples) => _histogram.Add(values);

    /// <inheritdoc/>
    public ActivationRange Range()
    {
        ActivationRange all = _histogram.Range;
        double greatest = Math.Max(-all.Low, all.High);
        if (greatest == 0) return all;
        double[] sizes = Sizes(greatest);
        int levels = all.Low < 0 ? (1 << (format.Bits - 1)) - 1 : (1 << format.Bits) - 1;
        if (levels >= Bins) return all;
        (double least, int best) = (double.PositiveInfinity, Bins);
        for (int bins = Math.Max(levels, Bins / 16); bins <= Bins; bins += Step)
        {
            double divergence = Divergence(sizes, bins, levels);
            if (divergence < least) (least, best) = (divergence, bins);
        }
        float bound = (float)(greatest * best / Bins);
        return format.Symmetric && all.Low < 0 ? new ActivationRange(-bound, bound) : new ActivationRange(MathF.Max(all.Low, -bound), MathF.Min(all.High, bound));
    }

    private double[] Sizes(double greatest)
    {
        (double[] centres, long[] counts) = _histogram.Filled();
        var sizes = new double[Bins];
        for (int i = 0; i < centres.Length; i++) sizes[Math.Min(Bins - 1, (int)(Math.Abs(centres[i]) / greatest * Bins))] += counts[i];
        return sizes;
    }

    // sum p log(p / q): p the counts below the bound with the rest in the last bin, q the counts below it in so many levels.
    private static double Divergence(double[] sizes, int bins, int levels)
    {
        double outliers = sizes.Skip(bins).Sum(), inside = sizes.Take(bins).Sum(), sum = 0;
        if (inside == 0) return double.PositiveInfinity;
        double all = inside + outliers;
        for (int level = 0; level < levels; level++)
        {
            int start = (int)((long)level * bins / levels), end = (int)((level + 1L) * bins / levels), filled = 0;
            double count = 0;
            for (int i = start; i < end; i++)
            {
                count += sizes[i];
                if (sizes[i] > 0 || (i == bins - 1 && outliers > 0)) filled++;
            }
            for (int i = start; i < end; i++)
            {
                double p = (sizes[i] + (i == bins - 1 ? outliers : 0)) / all, q = filled == 0 ? 0 : count / filled / inside;
                if (p > 0) sum += p * Math.Log(p / Math.Max(q, 1e-12));
            }
        }
        return sum;
    }
}
