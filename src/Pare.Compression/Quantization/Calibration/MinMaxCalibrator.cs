namespace Pare.Compression.Quantization;

/// <summary>From the least number seen to the greatest.</summary>
public sealed class MinMaxCalibrator : ICalibrator
{
    private ActivationRange _range;

    /// <inheritdoc/>
    public void Add(ReadOnlySpan<float> values, int samples)
    {
        if (ActivationRange.Of(values) is { } range) _range = _range.Union(range);
    }

    /// <inheritdoc/>
    public ActivationRange Range() => _range;
}
