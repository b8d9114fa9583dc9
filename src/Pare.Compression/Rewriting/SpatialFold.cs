using System.Collections.Immutable;

namespace Pare.Compression.Rewriting;

/// <summary>
/// The small kernel that comes closest to a large one where neighbouring inputs are correlated: of all kernels that read only the middle,
/// the one with the least expected squared difference of outputs, for inputs whose correlation at the distance (dy, dx) is rho^(dy + dx).
/// </summary>
/// <remarks>
/// The closed form: such a process is Markov along each axis, so the best guess of a tap outside is the nearest tap that stays, times
/// rho^distance. Axes are independent, so each is folded by itself: v = A w, A = inverse(M_SS) M_SK with M[a, b] = rho^|a - b|.
/// </remarks>
internal static class SpatialFold
{
    /// <summary>Folds the kernels of a weight.</summary>
    /// <param name="weight">[outer, kernel...], row-major.</param>
    /// <param name="layer">Whose weight; its dilations are distances.</param>
    /// <param name="to">The small kernel, each length at most the old one.</param>
    /// <param name="correlation">Of neighbouring positions, from 0 (a plain crop) to 1.</param>
    public static float[] Apply(ReadOnlySpan<float> weight, ConvolutionLayer layer, ImmutableArray<int> to, double correlation)
    {
        double[] values = new double[weight.Length];
        for (int i = 0; i < values.Length; i++) values[i] = weight[i];
        int outer = weight.Length / layer.Taps;
        for (int axis = 0; axis < to.Length; axis++)
        {
            int inner = layer.Kernel.Skip(axis + 1).Aggregate(1, (a, b) => a * b);
            values = FoldAxis(values, outer, inner, layer.Kernel[axis], to[axis], Math.Pow(correlation, layer.Dilation(axis)));
            outer *= to[axis];
        }
        return Array.ConvertAll(values, v => (float)v);
    }

    // src [outer, kernel, inner] -> dst [outer, to, inner]
    private static double[] FoldAxis(double[] src, int outer, int inner, int kernel, int to, double rho)
    {
        if (kernel == to) return src;
        int offset = SmallerWindow.Offset(kernel, to);
        var dst = new double[outer * to * inner];
        for (int o = 0; o < outer; o++)
            for (int k = 0; k < kernel; k++)
            {
                int j = Math.Clamp(k - offset, 0, to - 1);
                double factor = Math.Pow(rho, Math.Abs(k - offset - j));
                for (int i = 0; i < inner; i++) dst[(o * to + j) * inner + i] += factor * src[(o * kernel + k) * inner + i];
            }
        return dst;
    }
}
