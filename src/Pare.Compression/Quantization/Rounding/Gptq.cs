namespace Pare.Compression.Quantization.Rounding;

/// <summary>
/// Rounds the numbers of an output channel one after another; those that are still to come make up for the error, by the second
/// derivatives of the squared error of the outputs.
/// </summary>
/// <remarks>
/// Frantar et al., "GPTQ", ICLR 2023: the Hessian of the inputs, damping, the Cholesky factor of its inverse, inputs ordered by the diagonal.
/// What is rounded is not the float weight but the least-squares solution that reads the quantized network's inputs and makes the float
/// network's outputs. Weights that are not stored stay 0 and count as errors to make up for (Frantar, Alistarh, "SparseGPT", ICML 2023).
/// </remarks>
internal static class Gptq
{
    /// <summary>The share of the mean diagonal that is added to the diagonal.</summary>
    public const double Damping = 0.01;

    /// <summary>The codes [outputs, depth].</summary>
    public static int[] Round(RoundingProblem p, int threads, CancellationToken cancel)
    {
        Moments moments = Moments.Of(p, threads);
        int n = p.Depth;
        (double[] lower, double[] hessian) = Damp(moments.Products, n);
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => hessian[i * n + i])];
        double[] upper = Cholesky.InverseUpper(Factor(Ordered(hessian, order), n), n);
        var codes = new int[p.Weights.Length];
        Parallel.For(0, p.Outputs, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, o =>
        {
            double[] weights = Solution(p, moments, lower, hessian, o), row = [.. order.Select(k => weights[k])];
            for (int j = 0; j < n; j++)
            {
                int at = o * n + order[j];
                if (p.IsKept(at)) codes[at] = (int)Math.Clamp(Math.Round(row[j] / p.Scales[at], MidpointRounding.ToEven), -p.Most, p.Most);
                ReadOnlySpan<double> step = upper.AsSpan(j * n, n);
                double error = (row[j] - (double)p.Scales[at] * codes[at]) / step[j];
                for (int i = j + 1; i < n; i++) row[i] -= error * step[i];
            }
        });
        return codes;
    }

    // w + (H + damping)^-1 (G - H w): the float weights where inputs are those of the float network, and near them where little is known.
    private static double[] Solution(RoundingProblem p, Moments moments, double[] lower, double[] hessian, int output)
    {
        int n = p.Depth;
        var rest = new double[n];
        for (int i = 0; i < n; i++)
        {
            double sum = moments.Targets[i * p.Outputs + output];
            for (int k = 0; k < n; k++) sum -= moments.Products[i * n + k] * p.Weights[output * n + k];
            rest[i] = sum;
        }
        Cholesky.Solve(lower, n, rest);
        for (int k = 0; k < n; k++) rest[k] += p.Weights[output * n + k];
        return rest;
    }

    private static (double[] Lower, double[] Damped) Damp(double[] products, int n)
    {
        double mean = 0;
        for (int i = 0; i < n; i++) mean += products[i * n + i] / n;
        double damping = mean > 0 ? Damping * mean : 1;
        double[] damped = [.. products];
        for (int i = 0; i < n; i++) damped[i * n + i] += damping;
        return (Factor(damped, n), damped);
    }

    private static double[] Factor(double[] damped, int n)
    {
        double[] lower = [.. damped];
        return Cholesky.Factor(lower, n) ? lower : throw new InvalidOperationException("A damped matrix of second moments is not positive definite.");
    }

    private static double[] Ordered(double[] matrix, int[] order)
    {
        int n = order.Length;
        var ordered = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) ordered[i * n + j] = matrix[order[i] * n + order[j]];
        return ordered;
    }
}
