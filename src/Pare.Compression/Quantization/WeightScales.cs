namespace Pare.Compression.Quantization;

/// <summary>Chooses the scale of numbers that share one.</summary>
public static class WeightScales
{
    private const int Coarse = 40, Fine = 8;

    /// <summary>The scale of some weights; 1 where all are 0.</summary>
    /// <param name="weights">Finite numbers.</param>
    /// <param name="format">Width, and how the scale is chosen.</param>
    /// <remarks>
    /// Of 1 bit it is the mean magnitude, which makes the squared error of sign(w) s least (Rastegari et al., "XNOR-Net", ECCV 2016, section 3.1).
    /// The least squared error is looked for between 1/40 of the scale of the greatest magnitude and that scale.
    /// </remarks>
    public static float Of(ReadOnlySpan<float> weights, WeightFormat format)
    {
        double most = 0, sum = 0;
        foreach (float w in weights)
        {
            most = Math.Max(most, Math.Abs(w));
            sum += Math.Abs(w);
        }
        if (most == 0) return 1;
        if (format.Bits == 1) return Normal(sum / weights.Length);
        float whole = Normal(most / format.Most);
        if (format.Scale == WeightScale.Max) return whole;
        (double least, float best) = (Error(weights, whole, format.Most), whole);
        void Try(ReadOnlySpan<float> weights, float scale)
        {
            if (scale > 0 && Error(weights, scale, format.Most) is var error && error < least) (least, best) = (error, scale);
        }
        for (int i = 1; i < Coarse; i++) Try(weights, Normal((double)whole * i / Coarse));
        float near = best;
        for (int i = -Fine; i <= Fine; i++) Try(weights, Normal(near + (double)whole * i / (Coarse * (Fine + 1))));
        return best;
    }

    /// <summary>The code of a weight: rounded half to even, kept within -most and most.</summary>
    public static int Code(float weight, float scale, int most) => (int)Math.Clamp(MathF.Round(weight / scale, MidpointRounding.ToEven), -most, most);

    private static double Error(ReadOnlySpan<float> weights, float scale, int most)
    {
        float inverse = 1 / scale;
        double sum = 0;
        foreach (float w in weights)
        {
            float code = MathF.Max(-most, MathF.Min(most, MathF.Round(w * inverse, MidpointRounding.ToEven))), error = w - code * scale;
            sum += error * error;
        }
        return sum;
    }

    // Products of scales must stay normal floats.
    private static float Normal(double scale) => (float)Math.Max(scale, 1e-18);
}
