namespace Pare.Compression.Quantization.Rounding;

/// <summary>
/// What the squared error of a layer's outputs depends on: with H = X'X / rows [K, K] and G = X'(T - bias) / rows [K, O] it is
/// sum over o of w' H w - 2 w' G[., o] + a constant.
/// </summary>
internal sealed class Moments
{
    private const int Chunk = 2048;

    private Moments(double[] products, double[] targets) => (Products, Targets) = (products, targets);

    /// <summary>H [depth, depth], symmetric.</summary>
    public double[] Products { get; }

    /// <summary>G [depth, outputs].</summary>
    public double[] Targets { get; }

    /// <summary>Sums floats within chunks of rows and doubles over them.</summary>
    public static Moments Of(RoundingProblem p, int threads)
    {
        (int depth, int outputs) = (p.Depth, p.Outputs);
        double[] products = new double[depth * depth], targets = new double[depth * outputs];
        float[] right = new float[Chunk * outputs];
        if ((long)depth * (depth + outputs) * p.Rows < 1 << 22) Plain(p, products, targets);
        else
        {
            FloatProduct own = new(depth, depth, Chunk, transA: true, transB: false, threads), cross = new(depth, outputs, Chunk, transA: true, transB: false, threads);
            for (int start = 0; start < p.Rows; start += Chunk)
            {
                int rows = Math.Min(Chunk, p.Rows - start);
                Span<float> x = own.A.Floats;
                x.Clear();
                p.Inputs.AsSpan(start * depth, rows * depth).CopyTo(x);
                x.CopyTo(own.B.Floats);
                x.CopyTo(cross.A.Floats);
                right.AsSpan().Clear();
                for (int i = 0; i < rows * outputs; i++) right[i] = p.Targets[start * outputs + i] - (p.Bias?[i % outputs] ?? 0);
                right.CopyTo(cross.B.Floats);
                own.Run();
                cross.Run();
                Add(own.C.Floats, products);
                Add(cross.C.Floats, targets);
            }
        }
        foreach (double[] sums in new[] { products, targets })
            for (int i = 0; i < sums.Length; i++) sums[i] /= Math.Max(1, p.Rows);
        return new Moments(products, targets);
    }

    private static void Plain(RoundingProblem p, double[] products, double[] targets)
    {
        for (int r = 0; r < p.Rows; r++)
        {
            ReadOnlySpan<float> x = p.Inputs.AsSpan(r * p.Depth, p.Depth);
            for (int i = 0; i < x.Length; i++)
            {
                double left = x[i];
                if (left == 0) continue;
                for (int j = 0; j < x.Length; j++) products[i * p.Depth + j] += left * x[j];
                for (int o = 0; o < p.Outputs; o++) targets[i * p.Outputs + o] += left * (p.Targets[r * p.Outputs + o] - (p.Bias?[o] ?? 0));
            }
        }
    }

    private static void Add(ReadOnlySpan<float> from, double[] to)
    {
        for (int i = 0; i < to.Length; i++) to[i] += from[i];
    }
}
