namespace Pare.Compression.Quantization;

/// <summary>What is known of the numbers of each channel without running: means, variances, and bounds that few numbers leave.</summary>
/// <param name="Mean">One for each channel.</param>
/// <param name="Variance">One for each channel.</param>
/// <param name="Low">One for each channel.</param>
/// <param name="High">One for each channel.</param>
internal sealed record ChannelMoments(double[] Mean, double[] Variance, double[] Low, double[] High)
{
    public int Channels => Mean.Length;

    /// <summary>The range of all channels.</summary>
    public ActivationRange Range => new((float)Low.Min(), (float)High.Max());

    /// <summary>Numbers about a mean: so many deviations to both sides.</summary>
    public static ChannelMoments About(double[] mean, double[] variance, double deviations) => new(
        mean, variance, [.. mean.Zip(variance, (m, v) => m - deviations * Math.Sqrt(v))], [.. mean.Zip(variance, (m, v) => m + deviations * Math.Sqrt(v))]);

    /// <summary>All channels as one, repeated.</summary>
    public ChannelMoments Mixed(int channels)
    {
        double mean = Mean.Average(), variance = Variance.Zip(Mean, (v, m) => v + (m - mean) * (m - mean)).Average(), low = Low.Min(), high = High.Max();
        return Of(channels, _ => (mean, variance, low, high));
    }

    /// <summary>Each channel so many times in a row.</summary>
    public ChannelMoments Repeated(int times) => Of(Channels * times, c => (Mean[c / times], Variance[c / times], Low[c / times], High[c / times]));

    /// <summary>Channels of several one after the other.</summary>
    public static ChannelMoments Joined(IReadOnlyCollection<ChannelMoments> parts) =>
        new([.. parts.SelectMany(p => p.Mean)], [.. parts.SelectMany(p => p.Variance)], [.. parts.SelectMany(p => p.Low)], [.. parts.SelectMany(p => p.High)]);

    /// <summary>Channel by channel.</summary>
    public static ChannelMoments Of(int channels, Func<int, (double Mean, double Variance, double Low, double High)> of)
    {
        (double Mean, double Variance, double Low, double High)[] all = [.. Enumerable.Range(0, channels).Select(of)];
        return new([.. all.Select(a => a.Mean)], [.. all.Select(a => a.Variance)], [.. all.Select(a => a.Low)], [.. all.Select(a => a.High)]);
    }
}
