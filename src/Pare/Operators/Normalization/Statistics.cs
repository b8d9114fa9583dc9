namespace Pare.Operators;

/// <summary>Mean and inverse deviation of a row of numbers.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Inverse">1 / sqrt(variance + epsilon), the variance divided by the count.</param>
internal readonly record struct Statistics(double Mean, double Inverse)
{
    /// <summary>Of <paramref name="length"/> numbers from <paramref name="start"/>.</summary>
    public static Statistics Of(Reals x, int start, int length, double epsilon)
    {
        double mean = 0, variance = 0;
        for (int i = start; i < start + length; i++) mean += x[i] / length;
        for (int i = start; i < start + length; i++) variance += (x[i] - mean) * (x[i] - mean) / length;
        return new Statistics(mean, 1 / Math.Sqrt(variance + epsilon));
    }
}
