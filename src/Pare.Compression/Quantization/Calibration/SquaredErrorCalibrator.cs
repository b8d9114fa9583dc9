namespace Pare.Compression.Quantization;

/// <summary>The range whose quantizer makes the expected squared error least, by a histogram of the numbers.</summary>
/// <param name="format">What the numbers are quantized to.</param>
public sealed class SquaredErrorCalibrator(ActivationFormat format) : ICalibrator
{
    private const int Candidates = 100, MostRounds = 4;
    private readonly StreamingHistogram _histogram = new();

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, int samples) => _histogram.Add(values);

    /// <inheritdoc/>
    public ActivationRange Range()
    {
        ActivationRange best = _histogram.Range;
        if (best == default) return best;
        (double[] centres, long[] counts) = _histogram.Filled();
        double Error(ActivationRange range) => ErrorOf(ActivationQuantizer.Of(range, format), centres, counts, _histogram.Width);
        double least = Error(best);
        ActivationRange all = best;
        bool Try(Func<float, ActivationRange> candidate)
        {
            bool better = false;
            for (int i = 1; i < Candidates; i++)
            {
                ActivationRange range = candidate((float)i / Candidates);
                if (Error(range) is var error && error < least) (least, best, better) = (error, range, true);
            }
            return better;
        }
        // Both ends together first, then one after the other until neither helps.
        Try(share => new(all.Low * share, all.High * share));
        if (all.Low == 0 || all.High == 0 || format.Symmetric) return best;
        for (int round = 0; round < MostRounds; round++)
            if (!(Try(share => best with { High = all.High * share }) | Try(share => best with { Low = all.Low * share }))) break;
        return best;
    }

    // Where steps are hardly wider than bins, centres say nothing about rounding: then it is even, step^2 / 12.
    private static double ErrorOf(ActivationQuantizer quantizer, double[] centres, long[] counts, double width)
    {
        double scale = quantizer.Scale, even = scale * scale / 12, sum = 0;
        (double least, double most) = ((quantizer.Least - quantizer.Zero) * scale, (quantizer.Most - quantizer.Zero) * scale);
        bool fine = scale < 4 * width;
        for (int i = 0; i < centres.Length; i++)
        {
            double x = centres[i], error = x > most ? x - most : x < least ? x - least : fine ? double.NaN : x - Math.Round(x / scale) * scale;
            sum += counts[i] * (double.IsNaN(error) ? even : error * error);
        }
        return sum;
    }
}
