using Pare.Compression.Rewriting;

namespace Pare.Compression.Methods;

/// <summary>The weights that a fire module starts from.</summary>
/// <param name="Squeeze">[squeezed, inputs].</param>
/// <param name="Small">[small, squeezed]: the 1 x 1 half.</param>
/// <param name="Large">[large, squeezed, taps].</param>
internal sealed record FireStart(float[] Squeeze, float[] Small, float[] Large)
{
    /// <summary>Makes the start.</summary>
    /// <param name="weight">[outputs, inputs, taps].</param>
    /// <param name="layer">Whose weight.</param>
    /// <param name="squeezed">Channels after the squeeze.</param>
    /// <param name="small">The first so many outputs become 1 x 1.</param>
    /// <param name="correlation">Of neighbouring inputs.</param>
    public static FireStart Of(float[] weight, ConvolutionLayer layer, int squeezed, int small, double correlation)
    {
        int inputs = layer.Inputs, taps = layer.Taps, cut = small * inputs * taps;
        float[] folded = SpatialFold.Apply(weight.AsSpan(0, cut), layer, [.. layer.Kernel.Select(_ => 1)], correlation), kept = weight[cut..];
        double[] rows = Unfold(folded, kept, inputs, taps, small, layer.Outputs - small);
        double[] directions = Leading.Vectors(Leading.Gram(rows, inputs), inputs, squeezed);
        return new FireStart(
            Array.ConvertAll(directions, v => (float)v),
            Project(folded, directions, small, inputs, 1, squeezed), Project(kept, directions, layer.Outputs - small, inputs, taps, squeezed));
    }

    // [inputs, small + large taps]: all numbers that meet an input channel
    private static double[] Unfold(float[] small, float[] large, int inputs, int taps, int smallOutputs, int largeOutputs)
    {
        int length = smallOutputs + largeOutputs * taps;
        var rows = new double[inputs * length];
        for (int i = 0; i < inputs; i++)
        {
            for (int o = 0; o < smallOutputs; o++) rows[i * length + o] = small[o * inputs + i];
            for (int o = 0; o < largeOutputs; o++)
                for (int t = 0; t < taps; t++) rows[i * length + smallOutputs + o * taps + t] = large[(o * inputs + i) * taps + t];
        }
        return rows;
    }

    // [outputs, inputs, taps] -> [outputs, squeezed, taps]: the directions are orthonormal, so projecting is least squares
    private static float[] Project(float[] weight, double[] directions, int outputs, int inputs, int taps, int squeezed)
    {
        var projected = new float[outputs * squeezed * taps];
        for (int o = 0; o < outputs; o++)
            for (int s = 0; s < squeezed; s++)
                for (int t = 0; t < taps; t++)
                {
                    double sum = 0;
                    for (int i = 0; i < inputs; i++) sum += directions[s * inputs + i] * weight[(o * inputs + i) * taps + t];
                    projected[(o * squeezed + s) * taps + t] = (float)sum;
                }
        return projected;
    }
}
