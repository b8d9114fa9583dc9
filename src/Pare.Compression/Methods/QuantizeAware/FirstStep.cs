namespace Pare.Compression.Methods;

/// <summary>The step that learning begins from.</summary>
internal static class FirstStep
{
    private const int Candidates = 100;
    private const float Least = 1e-10f;

    /// <summary>The step of some numbers for levels from <paramref name="low"/> to <paramref name="high"/>; 1 where all are 0.</summary>
    public static float Of(ReadOnlySpan<float> values, int low, int high, StepStart start)
    {
        double magnitude = 0;
        float widest = 0;
        foreach (float value in values)
        {
            magnitude += Math.Abs(value);
            widest = MathF.Max(widest, value > 0 ? value / high : low < 0 ? value / low : 0);
        }
        if (!(widest > Least)) return 1;
        if (start == StepStart.Mean) return MathF.Max((float)(2 * magnitude / values.Length / Math.Sqrt(high)), Least);
        (double least, float best) = (double.PositiveInfinity, widest);
        for (int i = Candidates; i > 0; i--)
        {
            float step = widest * i / Candidates;
            double error = Error(values, step, low, high);
            if (error < least) (least, best) = (error, step);
        }
        return best;
    }

    private static double Error(ReadOnlySpan<float> values, float step, int low, int high)
    {
        double sum = 0;
        foreach (float value in values)
        {
            float difference = value - Math.Clamp(MathF.Round(value / step), low, high) * step;
            sum += difference * difference;
        }
        return sum;
    }
}
