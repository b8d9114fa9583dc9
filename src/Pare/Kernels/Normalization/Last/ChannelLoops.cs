using System.Runtime.Intrinsics;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Normalization.Last;

/// <summary>Loops over pixels [count, channels] with one number of each kind per channel; vectors run over channels.</summary>
internal abstract unsafe class ChannelLoops
{
    private static readonly WidestVectors<ChannelLoops> Widths = new(
        () => new ChannelLoops<Ops512, Floats16>(), () => new ChannelLoops<Ops256, Floats8>(), () => new ChannelLoops<Ops128, Vector128<float>>(), () => new ChannelLoops<OpsScalar, float>());

    /// <summary>The loops for a processor.</summary>
    public static ChannelLoops Of(CpuFeatures cpu) => Widths.Of(cpu);

    /// <summary>sums[c] += x[p, c] over the pixels.</summary>
    public abstract void Sum(float* x, int count, int channels, float* sums);

    /// <summary>sums[c] += (x[p, c] - center[c]) squared.</summary>
    public abstract void SquaredDeviations(float* x, float* center, int count, int channels, float* sums);

    /// <summary>y = clip(x factor[c] + shift[c] + residual).</summary>
    /// <param name="x">[count, channels].</param>
    /// <param name="factor">[channels].</param>
    /// <param name="shift">[channels].</param>
    /// <param name="residual">Null, or as x.</param>
    /// <param name="range">Bounds of the results; all numbers for none.</param>
    /// <param name="y">[count, channels].</param>
    /// <param name="count">Pixels.</param>
    /// <param name="channels">Channels.</param>
    public abstract void Affine(float* x, float* factor, float* shift, float* residual, Range range, float* y, int count, int channels);

    /// <summary>g = dy where gate lies within the range, else 0; sums[c] += g, products[c] += g (x - mean[c]).</summary>
    /// <param name="dy">[count, channels].</param>
    /// <param name="x">[count, channels].</param>
    /// <param name="mean">[channels].</param>
    /// <param name="gate">Null for no gate, or as x.</param>
    /// <param name="range">What passes the gate, its bounds excluded.</param>
    /// <param name="gated">Null, or where g is written.</param>
    /// <param name="count">Pixels.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="sums">[channels].</param>
    /// <param name="products">[channels].</param>
    public abstract void GradientSums(float* dy, float* x, float* mean, float* gate, Range range, float* gated, int count, int channels, float* sums, float* products);

    /// <summary>dx = g a[c] + x b[c] + shift[c], g as in <see cref="GradientSums"/>.</summary>
    /// <param name="dy">[count, channels].</param>
    /// <param name="x">[count, channels].</param>
    /// <param name="gate">Null for no gate, or as x.</param>
    /// <param name="range">What passes the gate, its bounds excluded.</param>
    /// <param name="a">[channels]; b and the shift follow it.</param>
    /// <param name="dx">[count, channels].</param>
    /// <param name="count">Pixels.</param>
    /// <param name="channels">Channels.</param>
    public abstract void GradientApply(float* dy, float* x, float* gate, Range range, float* a, float* dx, int count, int channels);

    /// <summary>The numbers from Low to High.</summary>
    internal readonly record struct Range(float Low, float High)
    {
        /// <summary>All numbers.</summary>
        public static Range All => new(float.NegativeInfinity, float.PositiveInfinity);

        /// <summary>Whether it leaves numbers out.</summary>
        public bool Bounds => !float.IsNegativeInfinity(Low) || !float.IsPositiveInfinity(High);
    }
}
