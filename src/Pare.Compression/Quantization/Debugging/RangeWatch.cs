using System.Collections.Immutable;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Holds a value's numbers against its quantizer, batch after batch.</summary>
internal sealed class RangeWatch(string value, ActivationQuantizer quantizer)
{
    private const int Parts = 32;
    private const double BulkShare = 0.999;

    private readonly StreamingHistogram _histogram = new();
    private readonly bool[] _used = new bool[quantizer.Most - quantizer.Least + 1];
    private long _low, _high;

    /// <summary>The value.</summary>
    public string Value => value;

    /// <exception cref="DataException">A number is not finite.</exception>
    public void Add(ReadOnlySpan<float> numbers)
    {
        _histogram.Add(numbers);
        (float scale, float least, float most) = (quantizer.Scale, quantizer.Least - quantizer.Zero, quantizer.Most - quantizer.Zero);
        foreach (float number in numbers)
        {
            float code = MathF.Round(number / scale);
            if (code < least) _low++;
            else if (code > most) _high++;
            _used[(int)(Math.Clamp(code, least, most) - least)] = true;
        }
    }

    /// <summary>What was seen.</summary>
    public ActivationDiagnosis Result()
    {
        (double[] centres, long[] counts) = _histogram.Filled();
        ActivationRange seen = _histogram.Zeros == _histogram.Count || centres.Length == 0 ? default : _histogram.Range;
        int bits = (int)Math.Ceiling(Math.Log2(_used.Length));
        double count = Math.Max(1, _histogram.Count);
        return new ActivationDiagnosis(
            value, bits, quantizer.Scale, quantizer.Zero, seen, quantizer.Range, _low / count, _high / count, _used.Count(u => u) / (double)_used.Length,
            Bulk(centres, counts), Split(centres, counts, seen));
    }

    private double Bulk(double[] centres, long[] counts)
    {
        long left = (long)(_histogram.Count * BulkShare) - _histogram.Zeros;
        double bulk = 0;
        foreach (int i in Enumerable.Range(0, centres.Length).OrderBy(i => Math.Abs(centres[i])))
        {
            if (left <= 0) break;
            bulk = Math.Abs(centres[i]) + _histogram.Width / 2;
            left -= counts[i];
        }
        return bulk;
    }

    private ImmutableArray<long> Split(double[] centres, long[] counts, ActivationRange seen)
    {
        var parts = new long[Parts];
        double width = ((double)seen.High - seen.Low) / Parts;
        int At(double number) => width > 0 ? Math.Clamp((int)((number - seen.Low) / width), 0, Parts - 1) : 0;
        for (int i = 0; i < centres.Length; i++) parts[At(centres[i])] += counts[i];
        parts[At(0)] += _histogram.Zeros;
        return [.. parts];
    }
}
