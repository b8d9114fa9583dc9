namespace Pare.Operators;

/// <summary>The error function in double precision.</summary>
internal static class ErrorFunction
{
    // erf(x) = 2 / sqrt(pi) exp(-x^2) sum over n of 2^n x^(2n+1) / (1 3 ... (2n+1)): all terms have one sign, so nothing cancels.
    public static double At(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-18 * Math.Abs(sum); n++)
        {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return Slope(x) * sum;
    }

    /// <summary>Its derivative.</summary>
    public static double Slope(double x) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);
}
