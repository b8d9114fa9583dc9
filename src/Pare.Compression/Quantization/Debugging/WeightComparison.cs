using Pare.Encodings;

namespace Pare.Compression.Quantization.Debugging;

/// <summary>Compares a quantized weight with its floats.</summary>
internal static class WeightComparison
{
    // A channel that is no multiple of its floats says nothing of its scale.
    private const double MultipleFrom = 0.95, AlikeFrom = 0.99, UnlikeBelow = 0.8;

    /// <summary>Compares; null where the shapes differ.</summary>
    /// <param name="name">The weight's name.</param>
    /// <param name="floats">Floats.</param>
    /// <param name="quantized">The quantized weight.</param>
    /// <param name="channelAxis">The axis of output channels, or null.</param>
    public static WeightDiagnosis? Of(string name, WeightEncoding floats, WeightEncoding quantized, int? channelAxis)
    {
        if (!floats.Shape.Equals(quantized.Shape)) return null;
        float[] expected = floats.ToArray(), found = quantized.ToArray();
        AxisSlices slices = channelAxis is { } axis ? AxisSlices.Of(floats.Shape, axis) : new AxisSlices(1, 1, expected.Length);
        Products whole = default;
        var channels = new Products[slices.Length];
        for (int i = 0; i < expected.Length; i++)
        {
            whole.Add(expected[i], found[i]);
            channels[i / slices.Inner % slices.Length].Add(expected[i], found[i]);
        }
        (int odd, double oddGain) = Odd(channels, whole.Gain);
        double[] largest = [.. channels.Select(c => c.Largest).Where(l => l > 0)];
        Scaled? scaled = EncodingTree.Find<Scaled>(quantized);
        float[] scales = scaled?.Scales.ToArray() ?? [];
        int? bits = EncodingTree.Find<Integer>(quantized) is { } integer ? integer.Codes.Bits : null;
        return new WeightDiagnosis(
            name, bits, scaled is null ? null : scaled.Block > 0 ? WeightGranularity.Group : scaled.Axis == Scaled.WholeWeight ? WeightGranularity.Tensor : WeightGranularity.Channel,
            scales.Length > 0 ? scales.Min() : 0, scales.Length > 0 ? scales.Max() : 0, Range(expected), Range(found), Clipped(expected, scaled), CodesUsed(quantized),
            largest.Length == 0 ? 1 : largest.Max() / largest.Min(), whole.Correlation, whole.Gain, whole.Shift, odd, oddGain,
            whole.Correlation < UnlikeBelow && SortedAlike(expected, found));
    }

    private static (int Channel, double Gain) Odd(Products[] channels, double gain)
    {
        double[] gains = [.. channels.Where(c => c.Correlation > MultipleFrom).Select(c => c.Gain).Order()];
        double middle = gains.Length > 0 ? gains[gains.Length / 2] : gain;
        (int odd, double most) = (0, 1);
        if (2 * gains.Length < channels.Length) return (odd, most);
        for (int c = 0; c < channels.Length; c++)
        {
            if (!(channels[c].Correlation > MultipleFrom) || !(middle > 0)) continue;
            double own = channels[c].Gain / middle;
            if (Math.Abs(Math.Log(own)) > Math.Abs(Math.Log(most))) (odd, most) = (c, own);
        }
        return (odd, most);
    }

    private static ActivationRange Range(float[] values)
    {
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float value in values) (low, high) = (MathF.Min(low, value), MathF.Max(high, value));
        return values.Length == 0 ? default : new ActivationRange(low, high);
    }

    // Where scales stand outside of integers, what a code can say at each place is known.
    private static double Clipped(float[] floats, Scaled? scaled)
    {
        if (scaled is null || EncodingTree.Find<Integer>(scaled) is not { } integer || integer.Length == 0 || scaled.Length != floats.Length) return 0;
        float[] steps = new Scaled(scaled.Axis, scaled.Scales, new Dense(scaled.Shape, Enumerable.Repeat(1f, scaled.Length).ToArray()), scaled.Block).ToArray();
        (int least, int most) = Integer.Range(integer.Codes.Bits, integer.IsSigned);
        long clipped = 0;
        for (int i = 0; i < floats.Length; i++)
        {
            double code = floats[i] / (double)steps[i];
            if (code < least - integer.ZeroPoint - 0.5 || code > most - integer.ZeroPoint + 0.5) clipped++;
        }
        return clipped / (double)Math.Max(1, floats.Length);
    }

    private static double? CodesUsed(WeightEncoding weight)
    {
        if (EncodingTree.Find<Integer>(weight) is not { } integer) return null;
        float[] codes = integer.ToArray();
        return codes.Distinct().Count() / (double)(1 << integer.Codes.Bits);
    }

    private static bool SortedAlike(float[] expected, float[] found)
    {
        float[] a = [.. expected.Order()], b = [.. found.Order()];
        Products sorted = default;
        for (int i = 0; i < a.Length; i++) sorted.Add(a[i], b[i]);
        return sorted.Correlation > AlikeFrom;
    }

    // Sums of x, y and their products; x are the floats.
    private struct Products
    {
        private double _x, _y, _xx, _yy, _xy;
        private long _count;

        public double Largest { get; private set; }

        public readonly double Gain => _xx == 0 ? 1 : _xy / _xx;

        // Without taking off means: a factor keeps it at 1, a shift does not.
        public readonly double Correlation => _xx == 0 || _yy == 0 ? (_xx == _yy ? 1 : 0) : _xy / Math.Sqrt(_xx * _yy);

        public readonly double Shift => _xx == 0 ? 0 : (_y - _x) / _count / Math.Sqrt(_xx / _count);

        public void Add(double x, double y)
        {
            (_x, _y, _xx, _yy, _xy, _count) = (_x + x, _y + y, _xx + x * x, _yy + y * y, _xy + x * y, _count + 1);
            Largest = Math.Max(Largest, Math.Abs(x));
        }
    }
}
