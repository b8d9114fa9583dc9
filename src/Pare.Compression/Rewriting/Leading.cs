using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace Pare.Compression.Rewriting;

/// <summary>Leading singular vectors, by way of the smaller Gram matrix.</summary>
internal static class Leading
{
    /// <summary>The eigenvectors of the largest eigenvalues of a symmetric matrix, each of length 1, one after another.</summary>
    /// <param name="gram">[n, n], symmetric.</param>
    /// <param name="n">Its rows.</param>
    /// <param name="count">How many, at most n.</param>
    /// <returns>[count, n]. The sign of each is chosen so that its numbers do not sum to less than 0.</returns>
    public static double[] Vectors(double[] gram, int n, int count)
    {
        Evd<double> evd = Matrix<double>.Build.Dense(n, n, gram).Evd(Symmetricity.Symmetric);
        var vectors = new double[count * n];
        for (int r = 0; r < count; r++)
        {
            double[] column = evd.EigenVectors.Column(n - 1 - r).ToArray();
            double sign = column.Sum() < 0 ? -1 : 1;
            for (int i = 0; i < n; i++) vectors[r * n + i] = sign * column[i];
        }
        return vectors;
    }

    /// <summary>rows rows^T.</summary>
    /// <param name="rows">[n, length], row-major.</param>
    /// <param name="n">How many rows.</param>
    public static double[] Gram(double[] rows, int n)
    {
        int length = rows.Length / n;
        var gram = new double[n * n];
        for (int a = 0; a < n; a++)
            for (int b = a; b < n; b++)
            {
                double sum = 0;
                ReadOnlySpan<double> x = rows.AsSpan(a * length, length), y = rows.AsSpan(b * length, length);
                for (int i = 0; i < length; i++) sum += x[i] * y[i];
                gram[a * n + b] = gram[b * n + a] = sum;
            }
        return gram;
    }
}
