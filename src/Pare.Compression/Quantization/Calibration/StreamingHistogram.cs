namespace Pare.Compression.Quantization;

/// <summary>Counts numbers in bins whose width doubles whenever they no longer cover all numbers and 0. Zeros are counted apart.</summary>
/// <remarks>
/// Bin i covers [i w, (i + 1) w) with w a power of two: doubling merges neighbours exactly, so the counts depend on the numbers alone, not
/// on their order or on batches. At least half of the bins lie between the least and the greatest number and 0.
/// </remarks>
public sealed class StreamingHistogram
{
    private const int Bins = 8192;
    private const int LeastExponent = -120;

    private long[] _counts = new long[Bins];
    private int _exponent = LeastExponent;
    private int _first;
    private bool _started;

    /// <summary>How many numbers were seen.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them are 0.</summary>
    public long Zeros { get; private set; }

    /// <summary>The least and the greatest number, and 0.</summary>
    public ActivationRange Range { get; private set; }

    /// <summary>Width of a bin.</summary>
    public double Width => Math.ScaleB(1, _exponent);

    /// <summary>Counts numbers.</summary>
    /// <exception cref="DataException">One is NaN or infinite.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (ActivationRange.Of(values) is not { } range) return;
        Range = Range.Union(range);
        Count += values.Length;
        if (Range != default) Fit();
        float inverse = (float)Math.ScaleB(1, -_exponent); // exact: a power of two
        long[] counts = _counts;
        int first = _first;
        long zeros = 0;
        foreach (float value in values)
        {
            if (value == 0) zeros++;
            else counts[(int)MathF.Floor(value * inverse) - first]++;
        }
        Zeros += zeros;
    }

    /// <summary>The bins that are not empty, from low to high: their centres and counts. Zeros are not among them.</summary>
    public (double[] Centres, long[] Counts) Filled()
    {
        int filled = _counts.Count(c => c > 0);
        (double[] centres, long[] counts) = (new double[filled], new long[filled]);
        for (int i = 0, at = 0; i < Bins; i++)
        {
            if (_counts[i] == 0) continue;
            (centres[at], counts[at++]) = ((_first + i + 0.5) * Width, _counts[i]);
        }
        return (centres, counts);
    }

    // The least width that covers the range; only ever greater, as the range only grows.
    private void Fit()
    {
        int exponent = _started ? _exponent : Math.Max(LeastExponent, (int)MathF.ILogB(MathF.Max(-Range.Low, Range.High)) - 14);
        (int low, int high) = Ends(exponent);
        while (high - low >= Bins) (low, high) = Ends(++exponent);
        if (_started && exponent == _exponent && low >= _first && high < _first + Bins) return;
        var counts = new long[Bins];
        for (int i = 0; i < Bins && _started; i++)
            if (_counts[i] > 0) counts[((_first + i) >> (exponent - _exponent)) - low] += _counts[i];
        (_counts, _first, _exponent, _started) = (counts, low, exponent, true);
    }

    private (int Low, int High) Ends(int exponent)
    {
        float inverse = (float)Math.ScaleB(1, -exponent);
        return ((int)MathF.Floor(Range.Low * inverse), (int)MathF.Floor(Range.High * inverse));
    }
}
