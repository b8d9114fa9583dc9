using Pare.Encodings;

namespace Pare.Kernels.Sparsity;

/// <summary>Recognizes weights that are mostly zeros.</summary>
internal static class SparseWeight
{
    /// <summary>The sparse node of a weight, bare or under scales; null where the weight has none or its other numbers need not be 0.</summary>
    public static Sparse? Of(WeightEncoding? weight) => weight switch
    {
        Sparse sparse => sparse,
        Scaled scaled when AreFinite(scaled.Scales) => Of(scaled.Inner),   // 0 times infinity is no zero
        _ => null,
    };

    /// <summary>How many numbers are stored at most, or null for a weight that is not sparse.</summary>
    public static int? Nonzeros(WeightEncoding? weight) => Of(weight)?.Positions.Length;

    private static bool AreFinite(WeightEncoding scales)
    {
        foreach (float scale in scales.ToArray())
            if (!float.IsFinite(scale)) return false;
        return true;
    }
}
