namespace Pare.Compression.Quantization.Rounding;

/// <summary>Symmetric positive definite matrices, n x n, row-major, in doubles.</summary>
internal static class Cholesky
{
    /// <summary>The lower triangle L with L L' = a, in place; above it stand zeros.</summary>
    /// <returns>False where the matrix is not positive definite.</returns>
    public static bool Factor(double[] a, int n)
    {
        for (int i = 0; i < n; i++)
        {
            Span<double> row = a.AsSpan(i * n, n);
            for (int j = 0; j <= i; j++)
            {
                double sum = row[j] - Dot(row[..j], a.AsSpan(j * n, j));
                if (j < i) row[j] = sum / a[j * n + j];
                else if (!(sum > 0)) return false;
                else row[i] = Math.Sqrt(sum);
            }
            row[(i + 1)..].Clear();
        }
        return true;
    }

    /// <summary>Solves L L' x = b in place.</summary>
    public static void Solve(double[] lower, int n, Span<double> b)
    {
        for (int i = 0; i < n; i++) b[i] = (b[i] - Dot(lower.AsSpan(i * n, i), b[..i])) / lower[i * n + i];
        for (int i = n - 1; i >= 0; i--)
        {
            b[i] /= lower[i * n + i];
            double x = b[i];
            ReadOnlySpan<double> row = lower.AsSpan(i * n, i);
            for (int j = 0; j < i; j++) b[j] -= row[j] * x;
        }
    }

    /// <summary>The upper triangle U with U'U = inverse(a), where L is the factor of a.</summary>
    // inverse(a) is made column by column, then factored: inverse = M M' with M lower, and U = M'.
    public static double[] InverseUpper(double[] lower, int n)
    {
        var inverse = new double[n * n];
        for (int i = 0; i < n; i++)
        {
            Span<double> column = inverse.AsSpan(i * n, n);
            column[i] = 1;
            Solve(lower, n, column);
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++) inverse[i * n + j] = inverse[j * n + i] = (inverse[i * n + j] + inverse[j * n + i]) / 2;
        if (!Factor(inverse, n)) throw new InvalidOperationException("The inverse of a positive definite matrix is not positive definite: more damping is needed.");
        var upper = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = i; j < n; j++) upper[i * n + j] = inverse[j * n + i];
        return upper;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => Fold(a, b[..a.Length]);

    private static double Fold(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        // Four fixed lanes: the order of the sum does not depend on the processor.
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i + 4 <= a.Length; i += 4)
        {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < a.Length; i++) s0 += a[i] * b[i];
        return (s0 + s1) + (s2 + s3);
    }
}
