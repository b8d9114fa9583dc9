namespace Pare.Compression.Training.Schedules;

/// <summary>The rate falls along half a cosine, from 1 to <paramref name="least"/>.</summary>
/// <remarks>Loshchilov and Hutter, "SGDR", ICLR 2017, without restarts.</remarks>
/// <param name="from">The epoch at which the fall begins: the end of warm-up.</param>
/// <param name="to">The epoch at which it ends: the end of training.</param>
/// <param name="least">The last factor.</param>
public sealed class Cosine(double from, double to, double least) : Schedule
{
    /// <inheritdoc/>
    public override double Factor(double epoch)
    {
        if (epoch <= from) return 1;
        double share = Math.Min(1, (epoch - from) / Math.Max(to - from, double.Epsilon));
        return least + (1 - least) * 0.5 * (1 + Math.Cos(Math.PI * share));
    }
}
