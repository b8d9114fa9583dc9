namespace Pare.Compression.Quantization;

/// <summary>Moving averages of each sample's least and greatest number: single outliers count little.</summary>
/// <remarks>
/// Sample n weighs 1/n, and no less than <see cref="LeastWeight"/>: a plain mean first, which then forgets. So the result does not depend on
/// the batch size. After the moving averages of Jacob et al., "Quantization and training of neural networks", CVPR 2018, section 3.1.
/// </remarks>
public sealed class AverageCalibrator : ICalibrator
{
    /// <summary>The weight of a sample once many were seen.</summary>
    public const double LeastWeight = 0.01;

    private double _low, _high;
    private long _seen;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, int samples)
    {
        int length = values.Length / Math.Max(1, samples);
        for (int i = 0; i < samples && length > 0; i++)
        {
            ActivationRange range = ActivationRange.Of(values.Slice(i * length, length))!.Value;
            double weight = Math.Max(1.0 / ++_seen, LeastWeight);
            _low += (range.Low - _low) * weight;
            _high += (range.High - _high) * weight;
        }
    }

    /// <inheritdoc/>
    public ActivationRange Range() => new ActivationRange((float)_low, (float)_high).WithZero();
}
