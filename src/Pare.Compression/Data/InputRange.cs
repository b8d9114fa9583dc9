namespace Pare.Compression.Data;

/// <summary>The numbers that a model is fed, after preprocessing.</summary>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
/// <param name="Exact">Whether this follows from the kind of data (bytes are 0..255), rather than from what was seen in some
/// samples.</param>
public readonly record struct InputRange(float Min, float Max, bool Exact)
{
    private const float ExactTolerance = 0.05f, SeenFactor = 4;

    /// <summary>
    /// Whether numbers of this range can be what a model trained on <paramref name="trained"/> expects: ends equal within 5 % of the width
    /// where both are exact;
    /// else widths within a factor of 4 and centres no further apart than the wider range.
    /// </summary>
    internal bool Fits(InputRange trained)
    {
        float width = Max - Min, expected = trained.Max - trained.Min;
        if (Exact && trained.Exact)
            return MathF.Abs(Min - trained.Min) <= ExactTolerance * expected && MathF.Abs(Max - trained.Max) <= ExactTolerance * expected;
        bool similar = width <= SeenFactor * expected && expected <= SeenFactor * width;
        return similar && MathF.Abs(Min + Max - trained.Min - trained.Max) / 2 <= MathF.Max(width, expected);
    }

    /// <summary>"0..255".</summary>
    public override string ToString() => FormattableString.Invariant($"{Min:G4}..{Max:G4}");
}
