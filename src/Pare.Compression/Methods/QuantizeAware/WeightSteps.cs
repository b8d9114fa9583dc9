using Pare.Encodings;

namespace Pare.Compression.Methods;

/// <summary>Makes weights ready for training with few bits.</summary>
internal static class WeightSteps
{
    /// <summary>Wraps a weight, whatever it is encoded as.</summary>
    /// <param name="weight">Finite numbers.</param>
    /// <param name="axis">The axis with a scale for each index, or null for one scale.</param>
    /// <param name="bits">Width of a code.</param>
    /// <param name="start">Where scales begin.</param>
    public static WeightEncoding Encode(WeightEncoding weight, int? axis, int bits, StepStart start)
    {
        // The clusters stay: what is quantized is their table.
        if (EncodingTree.Find<Codebook>(weight) is not null)
            return weight.MapLeaves(
                (leaf, where) => where.Role == LeafRole.Table ? Aware(leaf, leaf, Scaled.WholeWeight, bits, start) : leaf,
                LeafScope.Of("weight", weight.Shape, axis));
        var values = new Dense(weight.Shape, weight.ToArray());
        WeightEncoding latent = values;
        if (EncodingTree.Find<Sparse>(weight) is { } sparse && sparse.Shape.Equals(weight.Shape))
        {
            int[] positions = sparse.Positions.ToArray();
            latent = new Sparse(weight.Shape, positions, new Dense(Shape.Of(positions.Length), positions.Select(p => values.Values[p]).ToArray()), sparse.IndexBits);
        }
        int at = axis ?? Scaled.WholeWeight;
        return Calibrated(weight, at, bits) is { } scales ? new QuantizeAware(at, scales, latent, bits, IsSymmetric(bits)) : Aware(values, latent, at, bits, start);
    }

    // 8 bits go from -127 on, as integer kernels have them; fewer bits use their least code too.
    private static bool IsSymmetric(int bits) => bits == 8;

    private static QuantizeAware Aware(Dense values, WeightEncoding latent, int axis, int bits, StepStart start)
    {
        (int low, int high) = QuantizeAware.Range(bits, IsSymmetric(bits));
        AxisSlices slices = axis == Scaled.WholeWeight ? new AxisSlices(1, 1, values.Length) : AxisSlices.Of(values.Shape, axis);
        var scales = new float[slices.Length];
        var channel = new float[slices.Outer * slices.Inner];
        for (int c = 0; c < scales.Length; c++)
        {
            for (int outer = 0; outer < slices.Outer; outer++)
                values.Values.Slice((outer * slices.Length + c) * slices.Inner, slices.Inner).CopyTo(channel.AsSpan(outer * slices.Inner));
            // Zeros of a pruned weight are exact at any scale.
            float[] stored = latent is Sparse ? [.. channel.Where(v => v != 0)] : channel;
            scales[c] = FirstStep.Of(stored, low, high, start);
        }
        return new QuantizeAware(axis, new Dense(Shape.Of(scales.Length), scales), latent, bits, IsSymmetric(bits));
    }

    // The scales of codes of this width along this axis.
    private static Dense? Calibrated(WeightEncoding weight, int axis, int bits) =>
        weight is Scaled { Scales: Dense scales, Block: 0 } scaled && scaled.Axis == axis && EncodingTree.Find<Integer>(scaled.Inner) is { IsSigned: true, ZeroPoint: 0 } codes
        && codes.Codes.Bits == bits && scales.Values.IndexOfAnyInRange(float.NegativeInfinity, 0) < 0
            ? new Dense(scales.Shape, scales.ToArray()) : null;
}
