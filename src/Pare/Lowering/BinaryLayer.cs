using Pare.Encodings;

namespace Pare.Lowering;

/// <summary>A weight as signs, and a factor for each output channel: w = factor[o] * (+-1), whatever tree it is stored as.</summary>
/// <param name="Signs">Of the weight's shape; [O, K] where the weight was [K, O].</param>
/// <param name="Factors">One for each output channel; finite, below 0 where a batch normalization made them so.</param>
internal sealed record BinaryLayer(BinaryWeight Signs, float[] Factors)
{
    /// <summary>The signs and factors of a weight; null where a channel has numbers of more than one magnitude.</summary>
    /// <param name="weight">The weight.</param>
    /// <param name="axis">The output channels: 0, or 1 of a matrix.</param>
    public static BinaryLayer? Of(WeightEncoding weight, int axis)
    {
        if (axis == 0 && Stored(weight) is { } stored) return stored;
        // What is stored as integers, a codebook or plain numbers may be signs all the same: files of other tools have no form for them.
        float[] values = axis == 0 ? weight.ToArray() : Turned(weight);
        int channels = weight.Shape.Fixed[axis], each = channels == 0 ? 0 : values.Length / channels;
        if (values.Length == 0) return null;
        var factors = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            Span<float> numbers = values.AsSpan(c * each, each);
            float magnitude = MathF.Abs(numbers[0]);
            if (!(magnitude > 0) || !float.IsFinite(magnitude)) return null;
            foreach (float number in numbers)
                if (MathF.Abs(number) != magnitude) return null;
            factors[c] = magnitude;
        }
        return new BinaryLayer(BinaryWeight.Of(axis == 0 ? weight.Shape : Shape.Of(channels, each), values), factors);
    }

    /// <summary>The same with the signs of some channels turned.</summary>
    public BinaryWeight Turned(bool[] channels)
    {
        if (!channels.Contains(true)) return Signs;
        float[] values = Signs.ToArray();
        int each = values.Length / channels.Length;
        for (int i = 0; i < values.Length; i++)
            if (channels[i / each]) values[i] = -values[i];
        return BinaryWeight.Of(Signs.Shape, values);
    }

    private static BinaryLayer? Stored(WeightEncoding weight)
    {
        if (weight.Length == 0) return null;
        int channels = weight.Shape.Fixed[0];
        if (weight is BinaryWeight signs) return new BinaryLayer(signs, [.. Enumerable.Repeat(1f, channels)]);
        if (weight is not Scaled { Block: 0, Axis: 0 or Scaled.WholeWeight, Inner: BinaryWeight inner } scaled) return null;
        float[] scales = scaled.Scales.ToArray();
        if (Array.Exists(scales, s => !float.IsFinite(s))) return null;
        return new BinaryLayer(inner, scaled.Axis == 0 ? scales : [.. Enumerable.Repeat(scales[0], channels)]);
    }

    private static float[] Turned(WeightEncoding matrix)
    {
        float[] from = matrix.ToArray();
        int rows = matrix.Shape.Fixed[0], columns = matrix.Shape.Fixed[1];
        var to = new float[from.Length];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c];
        return to;
    }
}
