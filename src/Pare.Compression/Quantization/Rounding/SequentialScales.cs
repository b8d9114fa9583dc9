namespace Pare.Compression.Quantization.Rounding;

/// <summary>Chooses scales that make the squared error of a layer's outputs least, rounding to nearest; inputs come from the quantized network.</summary>
/// <remarks>Scales are tried between a quarter and 1.25 of the given ones. A scale that several rows share is chosen by the sum of their errors.</remarks>
internal static class SequentialScales
{
    private const int Candidates = 50;

    /// <summary>Codes, and the scale of each weight; weights of the same number in <paramref name="groups"/> share a scale.</summary>
    /// <param name="p">The problem; its scales are where the search starts.</param>
    /// <param name="groups">For each weight the number of its scale.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancel">Stops it.</param>
    public static (int[] Codes, float[] Scales) Choose(RoundingProblem p, int[] groups, int threads, CancellationToken cancel)
    {
        Moments moments = Moments.Of(p, threads);
        int[] codes = p.Nearest();
        float[] scales = [.. p.Scales];
        // slope[o, i] = (H w - G)[i, o] of the weights as they are now
        double[] slope = Slopes(p, moments, codes);
        int[][] members = [.. Enumerable.Range(0, p.Weights.Length).GroupBy(i => groups[i]).OrderBy(g => g.Key).Select(g => g.ToArray())];
        // Groups of different rows do not touch each other's slopes; groups of the same rows go one after another.
        int[][][] sets = [.. members.GroupBy(m => m[0] / p.Depth).OrderBy(g => g.Key).Select(g => g.ToArray())];
        bool shared = members.Any(m => m[0] / p.Depth != m[^1] / p.Depth);
        Parallel.For(0, sets.Length, new ParallelOptions { MaxDegreeOfParallelism = shared ? 1 : threads, CancellationToken = cancel }, s =>
        {
            foreach (int[] group in sets[s]) Choose(p, moments, group, codes, scales, slope);
        });
        return (codes, scales);
    }

    private static void Choose(RoundingProblem p, Moments moments, int[] group, int[] codes, float[] scales, double[] slope)
    {
        (double least, float best) = (0, 0);
        var change = new double[group.Length];
        float start = p.Scales[group[0]];
        for (int c = 0; c < Candidates; c++)
        {
            float scale = start * (0.25f + c * (1f / (Candidates - 1)));
            for (int i = 0; i < group.Length; i++)
            {
                int at = group[i];
                change[i] = p.IsKept(at) ? (double)scale * WeightScales.Code(p.Weights[at], scale, p.Most) - (double)scales[at] * codes[at] : 0;
            }
            if (Gain(p, moments, group, change, slope) is var gain && gain < least) (least, best) = (gain, scale);
        }
        if (best == 0) return;
        for (int i = 0; i < group.Length; i++)
        {
            int at = group[i], code = p.IsKept(at) ? WeightScales.Code(p.Weights[at], best, p.Most) : 0, row = at / p.Depth, column = at % p.Depth;
            double step = (double)best * code - (double)scales[at] * codes[at];
            (scales[at], codes[at]) = (best, code);
            ReadOnlySpan<double> products = moments.Products.AsSpan(column * p.Depth, p.Depth);
            for (int k = 0; k < products.Length && step != 0; k++) slope[row * p.Depth + k] += products[k] * step;
        }
    }

    // What the error grows by: 2 d'(H w - G) + d' H d, over the rows of the group.
    private static double Gain(RoundingProblem p, Moments moments, int[] group, double[] change, double[] slope)
    {
        double sum = 0;
        for (int start = 0; start < group.Length;)
        {
            int row = group[start] / p.Depth, end = start;
            while (end < group.Length && group[end] / p.Depth == row) end++;
            for (int i = start; i < end; i++)
            {
                if (change[i] == 0) continue;
                ReadOnlySpan<double> products = moments.Products.AsSpan(group[i] % p.Depth * p.Depth, p.Depth);
                double inner = 0;
                for (int j = start; j < end; j++) inner += products[group[j] % p.Depth] * change[j];
                sum += change[i] * (2 * slope[group[i]] + inner);
            }
            start = end;
        }
        return sum;
    }

    private static double[] Slopes(RoundingProblem p, Moments moments, int[] codes)
    {
        var slope = new double[p.Weights.Length];
        for (int o = 0; o < p.Outputs; o++)
            for (int i = 0; i < p.Depth; i++)
            {
                double sum = -moments.Targets[i * p.Outputs + o];
                for (int k = 0; k < p.Depth; k++) sum += moments.Products[i * p.Depth + k] * p.Scales[o * p.Depth + k] * codes[o * p.Depth + k];
                slope[o * p.Depth + i] = sum;
            }
        return slope;
    }
}
