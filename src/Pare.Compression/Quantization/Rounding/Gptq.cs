using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

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
        Matrix<double> hessian = Damped(moments.Products, n);
        Cholesky<double> factor = hessian.Cholesky();
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => hessian[i, i])];
        double[] upper = InverseUpper(Matrix<double>.Build.Dense(n, n, (i, j) => hessian[order[i], order[j]]));
        var codes = new int[p.Weights.Length];
        Parallel.For(0, p.Outputs, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, o =>
        {
            Vector<double> weights = Solution(p, moments, factor, o);
            double[] row = [.. order.Select(k => weights[k])];
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
    private static Vector<double> Solution(RoundingProblem p, Moments moments, Cholesky<double> factor, int output)
    {
        int n = p.Depth;
        Vector<double> weights = Vector<double>.Build.Dense(n, k => p.Weights[output * n + k]);
        Vector<double> rest = Vector<double>.Build.Dense(n, i =>
        {
            double sum = moments.Targets[i * p.Outputs + output];
            for (int k = 0; k < n; k++) sum -= moments.Products[i * n + k] * weights[k];
            return sum;
        });
        return weights + factor.Solve(rest);
    }

    private static Matrix<double> Damped(double[] products, int n)
    {
        var hessian = Matrix<double>.Build.Dense(n, n, [.. products]);
        double mean = hessian.Diagonal().Average();
        return hessian + Matrix<double>.Build.DenseIdentity(n) * (mean > 0 ? Damping * mean : 1);
    }

    /// <summary>The upper triangle U with U'U = inverse(a), row-major [n, n].</summary>
    /// <param name="matrix">Symmetric, positive definite.</param>
    internal static double[] InverseUpper(Matrix<double> matrix)
    {
        Matrix<double> inverse = matrix.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(matrix.RowCount));
        // Column-major L with L L' = inverse is row-major U = L'.
        return ((inverse + inverse.Transpose()) / 2).Cholesky().Factor.ToColumnMajorArray();
    }
}
