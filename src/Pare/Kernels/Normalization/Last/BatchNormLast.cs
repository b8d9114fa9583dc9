using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Normalization.Last;

/// <summary>Batch normalization in training with channels last, forward and backward, each in two passes over memory.</summary>
/// <remarks>
/// The pixels are cut into slices that fit in a cache; each slice gives the mean and the squared deviations from it, which are joined in
/// double, in order (Chan, Golub, LeVeque, 1979): as exact as two passes, and the same bits at any thread count.
/// </remarks>
/// <param name="pixels">Batch * height * width.</param>
/// <param name="channels">Channels.</param>
/// <param name="cpu">What the processor may be used for.</param>
internal sealed unsafe class BatchNormLast(long pixels, int channels, CpuFeatures cpu)
{
    private const int SliceFloats = 1 << 15;
    private const int MostSlices = 512;

    private readonly ChannelLoops _loops = ChannelLoops.Of(cpu);
    private readonly int _slices = (int)Math.Clamp(pixels * channels / SliceFloats, 1, Math.Min(MostSlices, pixels));

    /// <summary>Bytes of scratch memory: two sums of each slice and channel, and the numbers of each channel.</summary>
    public long ScratchBytes => Scratch.Bytes(2L * _slices * channels) + Scratch.Bytes(6L * channels);

    /// <summary>What the forward direction reads and writes.</summary>
    internal struct Forward
    {
        public float* X;
        public float* Y;
        public float* Scale;
        public float* Shift;
        public float Epsilon;

        /// <summary>Null, or what is added to the normalized numbers.</summary>
        public float* Residual;

        /// <summary>Bounds of the results.</summary>
        public ChannelLoops.Range Range;

        /// <summary>[channels], within the scratch memory, as are the two below.</summary>
        public float* Mean;
        public float* Inverse;
        public float* Variance;
    }

    /// <summary>What the backward direction reads and writes.</summary>
    internal struct Backward
    {
        public float* Dy;
        public float* X;
        public float* Scale;
        public float* Mean;
        public float* Inverse;
        public float* Dx;

        /// <summary>Null, or what dy must pass: it counts where the gate lies within the range.</summary>
        public float* Gate;

        /// <summary>What passes, bounds excluded.</summary>
        public ChannelLoops.Range Range;

        /// <summary>Null, or where dy behind the gate is written.</summary>
        public float* Gated;

        /// <summary>[channels], within the scratch memory, as the one below.</summary>
        public float* DScale;
        public float* DShift;
    }

    /// <summary>Statistics, and y = clip((x - mean) / sqrt(variance + epsilon) * scale + shift + residual).</summary>
    public void Run(ref Forward f, byte* scratch, WorkerPool pool)
    {
        Scratch pieces = new(scratch);
        float* sums = pieces.Take(2L * _slices * channels), numbers = pieces.Take(6L * channels);
        f.Mean = numbers;
        f.Inverse = numbers + channels;
        f.Variance = numbers + 2 * channels;
        float* factor = numbers + 3 * channels, shift = numbers + 4 * channels;
        pool.Run(_slices, new StatisticsJob { Owner = this, X = f.X, Sums = sums });
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, squares = 0;
            for (int s = 0; s < _slices; s++)
                sum += (double)sums[2 * s * channels + c] * (End(s) - First(s));
            double mean = sum / pixels;
            for (int s = 0; s < _slices; s++)
            {
                double off = sums[2 * s * channels + c] - mean;
                squares += sums[(2 * s + 1) * channels + c] + off * off * (End(s) - First(s));
            }
            double inverse = 1 / Math.Sqrt(squares / pixels + f.Epsilon), scaled = f.Scale[c] * inverse;
            (f.Mean[c], f.Inverse[c], f.Variance[c]) = ((float)mean, (float)inverse, (float)(squares / pixels));
            (factor[c], shift[c]) = ((float)scaled, (float)(f.Shift[c] - mean * scaled));
        }
        pool.Run(_slices, new AffineJob { Owner = this, Forward = f, Factor = factor, Shift = shift });
    }

    /// <summary>dx, dscale, dshift, and dy behind the gate.</summary>
    // With r = 1 / sqrt(variance + epsilon), h = (x - mean) r, g = dy behind the gate: dshift = sum g; dscale = sum g h;
    // dx = scale r (g - dshift / n - h dscale / n).
    public void Run(ref Backward b, byte* scratch, WorkerPool pool)
    {
        Scratch pieces = new(scratch);
        float* sums = pieces.Take(2L * _slices * channels), numbers = pieces.Take(6L * channels);
        b.DScale = numbers;
        b.DShift = numbers + channels;
        float* factors = numbers + 2 * channels;
        pool.Run(_slices, new GradientSumsJob { Owner = this, Backward = b, Sums = sums });
        for (int c = 0; c < channels; c++)
        {
            double sum = 0, products = 0;
            for (int s = 0; s < _slices; s++)
            {
                sum += sums[2 * s * channels + c];
                products += sums[(2 * s + 1) * channels + c];
            }
            double r = b.Inverse[c], dscale = products * r, a = b.Scale[c] * r, slope = -a * r * dscale / pixels;
            (b.DScale[c], b.DShift[c]) = ((float)dscale, (float)sum);
            (factors[c], factors[channels + c], factors[2 * channels + c]) = ((float)a, (float)slope, (float)(-a * sum / pixels - slope * b.Mean[c]));
        }
        pool.Run(_slices, new GradientApplyJob { Owner = this, Backward = b, Factors = factors });
    }

    private long First(int slice) => pixels * slice / _slices;

    private long End(int slice) => pixels * (slice + 1) / _slices;

    private struct StatisticsJob : ISliceJob
    {
        public BatchNormLast Owner;
        public float* X;
        public float* Sums;

        public readonly void Execute(int slice, int worker)
        {
            int channels = Owner.Channels, count = (int)(Owner.End(slice) - Owner.First(slice));
            float* x = X + (nint)Owner.First(slice) * channels;
            float* mean = Sums + 2 * (nint)slice * channels;
            new Span<float>(mean, 2 * channels).Clear();
            Owner._loops.Sum(x, count, channels, mean);
            for (int c = 0; c < channels; c++)
                mean[c] /= count;
            Owner._loops.SquaredDeviations(x, mean, count, channels, mean + channels);
        }
    }

    private struct AffineJob : ISliceJob
    {
        public BatchNormLast Owner;
        public Forward Forward;
        public float* Factor;
        public float* Shift;

        public readonly void Execute(int slice, int worker)
        {
            nint start = (nint)Owner.First(slice) * Owner.Channels;
            float* residual = Forward.Residual == null ? null : Forward.Residual + start;
            int count = (int)(Owner.End(slice) - Owner.First(slice));
            Owner._loops.Affine(Forward.X + start, Factor, Shift, residual, Forward.Range, Forward.Y + start, count, Owner.Channels);
        }
    }

    private struct GradientSumsJob : ISliceJob
    {
        public BatchNormLast Owner;
        public Backward Backward;
        public float* Sums;

        public readonly void Execute(int slice, int worker)
        {
            int channels = Owner.Channels;
            nint start = (nint)Owner.First(slice) * channels;
            float* gate = Backward.Gate == null ? null : Backward.Gate + start;
            float* gated = Backward.Gated == null ? null : Backward.Gated + start;
            float* sums = Sums + 2 * (nint)slice * channels;
            new Span<float>(sums, 2 * channels).Clear();
            int count = (int)(Owner.End(slice) - Owner.First(slice));
            Owner._loops.GradientSums(Backward.Dy + start, Backward.X + start, Backward.Mean, gate, Backward.Range, gated, count, channels, sums, sums + channels);
        }
    }

    private struct GradientApplyJob : ISliceJob
    {
        public BatchNormLast Owner;
        public Backward Backward;
        public float* Factors;

        public readonly void Execute(int slice, int worker)
        {
            nint start = (nint)Owner.First(slice) * Owner.Channels;
            // Where dy was written behind its gate, it is read from there.
            float* dy = Backward.Gated == null ? Backward.Dy : Backward.Gated;
            float* gate = Backward.Gate == null || Backward.Gated != null ? null : Backward.Gate + start;
            int count = (int)(Owner.End(slice) - Owner.First(slice));
            Owner._loops.GradientApply(dy + start, Backward.X + start, gate, Backward.Range, Factors, Backward.Dx + start, count, Owner.Channels);
        }
    }

    private int Channels => channels;
}
