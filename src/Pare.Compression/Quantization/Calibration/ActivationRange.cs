namespace Pare.Compression.Quantization;

/// <summary>The numbers that a quantized value can be, more or less.</summary>
/// <param name="Low">The least.</param>
/// <param name="High">The greatest.</param>
public readonly record struct ActivationRange(float Low, float High)
{
    /// <summary>The least range that holds both.</summary>
    public ActivationRange Union(ActivationRange other) => new(MathF.Min(Low, other.Low), MathF.Max(High, other.High));

    /// <summary>The least range that holds this and 0.</summary>
    public ActivationRange WithZero() => new(MathF.Min(Low, 0), MathF.Max(High, 0));

    /// <summary>The range of some numbers; null for none.</summary>
    /// <exception cref="DataException">One is NaN or infinite.</exception>
    public static ActivationRange? Of(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return null;
        (float low, float high) = (float.PositiveInfinity, float.NegativeInfinity);
        bool finite = true;
        foreach (float value in values)
        {
            finite &= float.IsFinite(value);
            if (value < low) low = value;
            if (value > high) high = value;
        }
        return finite ? new ActivationRange(low, high) : throw new DataException("a number is NaN or infinite");
    }

    /// <summary>"-1.5..2".</summary>
    public override string ToString() => FormattableString.Invariant($"{Low:G4}..{High:G4}");
}
