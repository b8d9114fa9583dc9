using Pare.Kernels.Normalization;
using Pare.Threading;

namespace Pare.Tests.Kernels.Normalization;

/// <summary>The buffers of a batch normalization and its definition in double precision.</summary>
internal sealed unsafe class NormCase(int batch, int channels, int inner, int threads = 2) : IDisposable
{
    private const float Epsilon = 1e-3f;
    private readonly GuardedBuffer _scale = new(channels, new Rng(2));
    private readonly GuardedBuffer _shift = new(channels, new Rng(3));
    private readonly GuardedBuffer _inverse = new(channels);
    private readonly GuardedBuffer _dy = new(batch * channels * inner, new Rng(4));

    public GuardedBuffer X { get; } = new(batch * channels * inner, new Rng(1));

    public GuardedBuffer Y { get; } = new(batch * channels * inner);

    public GuardedBuffer Mean { get; } = new(channels);

    public GuardedBuffer Variance { get; } = new(channels);

    public GuardedBuffer Dx { get; } = new(batch * channels * inner);

    public GuardedBuffer DScale { get; } = new(channels);

    public GuardedBuffer DShift { get; } = new(channels);

    public void Forward() => BatchNorm.Forward(Operands(Y), WorkerPool.Shared(threads));

    public void Backward() => BatchNorm.Backward(Operands(_dy), WorkerPool.Shared(threads));

    public float[] Reference(float[] x, double[] mean, double[] variance) => [.. Normalize([.. x.Select(v => (double)v)], mean, variance).Select(v => (float)v)];

    /// <summary>The derivative of sum(y dy) by x[i], from differences.</summary>
    public double Difference(int i)
    {
        const double step = 1e-4;
        double[] x = [.. X.ToArray().Select(v => (double)v)];
        x[i] += step;
        double above = Loss(x);
        x[i] -= 2 * step;
        return (above - Loss(x)) / (2 * step);
    }

    /// <summary>The sum over a channel of a function of dy and the normalized x.</summary>
    public double ChannelSum(int channel, Func<double, double, double> term)
    {
        double sum = 0;
        for (int i = 0; i < X.Length; i++)
        {
            if (i / inner % channels == channel)
                sum += term(_dy.Floats[i], (X.Floats[i] - Mean.Floats[channel]) / Math.Sqrt(Variance.Floats[channel] + Epsilon));
        }
        return sum;
    }

    public void Dispose()
    {
        foreach (GuardedBuffer buffer in new[] { X, Y, Mean, Variance, Dx, DScale, DShift, _scale, _shift, _dy, _inverse })
            buffer.Dispose();
    }

    private double Loss(double[] x) => Normalize(x, new double[channels], new double[channels]).Select((y, i) => y * _dy.Floats[i]).Sum();

    private double[] Normalize(double[] x, double[] mean, double[] variance)
    {
        double count = batch * inner;
        for (int c = 0; c < channels; c++)
        {
            int channel = c;
            mean[c] = x.Where((_, i) => i / inner % channels == channel).Sum() / count;
            variance[c] = x.Where((_, i) => i / inner % channels == channel).Sum(v => (v - mean[channel]) * (v - mean[channel])) / count;
        }
        return [.. x.Select((v, i) =>
        {
            int c = i / inner % channels;
            return (v - mean[c]) / Math.Sqrt(variance[c] + Epsilon) * _scale.Floats[c] + _shift.Floats[c];
        })];
    }

    private BatchNorm.Operands Operands(GuardedBuffer y) => new()
    {
        Batch = batch,
        Channels = channels,
        Inner = inner,
        Epsilon = Epsilon,
        X = X.Floats,
        Scale = _scale.Floats,
        Shift = _shift.Floats,
        Mean = Mean.Floats,
        Variance = Variance.Floats,
        Inverse = _inverse.Floats,
        Y = y.Floats,
        Dx = Dx.Floats,
        DScale = DScale.Floats,
        DShift = DShift.Floats,
    };
}
