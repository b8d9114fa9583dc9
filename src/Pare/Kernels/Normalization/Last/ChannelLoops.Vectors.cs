using System.Runtime.CompilerServices;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Normalization.Last;

/// <summary>The loops in one vector width. Sums go through four registers, so that they are neither slow nor one long chain of roundings.</summary>
internal sealed unsafe class ChannelLoops<TOps, TVector> : ChannelLoops where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    // Pixels whose numbers stay in the first cache while the vectors of a pixel take turns.
    private const int BlockFloats = 4096;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Sum(float* x, int count, int channels, float* sums)
    {
        TOps.Require();
        int block = Block(channels);
        for (int first = 0; first < count; first += block)
        {
            int pixels = Math.Min(block, count - first);
            for (int c = 0; c < channels; c += TOps.Lanes)
            {
                int part = Math.Min(TOps.Lanes, channels - c);
                TVector s0 = Load(sums + c, part), s1 = TOps.Create(0), s2 = s1, s3 = s1;
                float* at = x + (nint)first * channels + c;
                int left = pixels;
                for (; left >= 4; left -= 4, at += 4 * (nint)channels)
                {
                    s0 = TOps.Add(s0, Load(at, part));
                    s1 = TOps.Add(s1, Load(at + channels, part));
                    s2 = TOps.Add(s2, Load(at + 2 * (nint)channels, part));
                    s3 = TOps.Add(s3, Load(at + 3 * (nint)channels, part));
                }
                for (; left > 0; left--, at += channels)
                    s0 = TOps.Add(s0, Load(at, part));
                Store(sums + c, TOps.Add(TOps.Add(s0, s1), TOps.Add(s2, s3)), part);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SquaredDeviations(float* x, float* center, int count, int channels, float* sums)
    {
        TOps.Require();
        int block = Block(channels);
        for (int first = 0; first < count; first += block)
        {
            int pixels = Math.Min(block, count - first);
            for (int c = 0; c < channels; c += TOps.Lanes)
            {
                int part = Math.Min(TOps.Lanes, channels - c);
                TVector middle = Load(center + c, part), s0 = Load(sums + c, part), s1 = TOps.Create(0), s2 = s1, s3 = s1, d;
                float* at = x + (nint)first * channels + c;
                int left = pixels;
                for (; left >= 4; left -= 4, at += 4 * (nint)channels)
                {
                    d = TOps.Subtract(Load(at, part), middle);
                    s0 = TOps.MultiplyAdd(d, d, s0);
                    d = TOps.Subtract(Load(at + channels, part), middle);
                    s1 = TOps.MultiplyAdd(d, d, s1);
                    d = TOps.Subtract(Load(at + 2 * (nint)channels, part), middle);
                    s2 = TOps.MultiplyAdd(d, d, s2);
                    d = TOps.Subtract(Load(at + 3 * (nint)channels, part), middle);
                    s3 = TOps.MultiplyAdd(d, d, s3);
                }
                for (; left > 0; left--, at += channels)
                {
                    d = TOps.Subtract(Load(at, part), middle);
                    s0 = TOps.MultiplyAdd(d, d, s0);
                }
                Store(sums + c, TOps.Add(TOps.Add(s0, s1), TOps.Add(s2, s3)), part);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Affine(float* x, float* factor, float* shift, float* residual, Range range, float* y, int count, int channels)
    {
        TOps.Require();
        int block = Block(channels);
        bool clips = range.Bounds;
        TVector low = TOps.Create(range.Low), high = TOps.Create(range.High);
        for (int first = 0; first < count; first += block)
        {
            int pixels = Math.Min(block, count - first);
            for (int c = 0; c < channels; c += TOps.Lanes)
            {
                int part = Math.Min(TOps.Lanes, channels - c);
                TVector factors = Load(factor + c, part), shifts = Load(shift + c, part);
                nint at = (nint)first * channels + c;
                for (int p = 0; p < pixels; p++, at += channels)
                {
                    TVector value = TOps.MultiplyAdd(Load(x + at, part), factors, shifts);
                    if (residual != null) value = TOps.Add(value, Load(residual + at, part));
                    if (clips) value = TOps.Min(high, TOps.Max(low, value));
                    Store(y + at, value, part);
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void GradientSums(float* dy, float* x, float* mean, float* gate, Range range, float* gated, int count, int channels, float* sums, float* products)
    {
        TOps.Require();
        int block = Block(channels);
        TVector low = TOps.Create(range.Low), high = TOps.Create(range.High);
        for (int first = 0; first < count; first += block)
        {
            int pixels = Math.Min(block, count - first);
            for (int c = 0; c < channels; c += TOps.Lanes)
            {
                int part = Math.Min(TOps.Lanes, channels - c);
                TVector middle = Load(mean + c, part), s0 = Load(sums + c, part), p0 = Load(products + c, part), s1 = TOps.Create(0), p1 = s1, g;
                nint at = (nint)first * channels + c;
                for (int p = 0; p < pixels; p++, at += channels)
                {
                    g = Load(dy + at, part);
                    if (gate != null) g = TOps.Inside(g, Load(gate + at, part), low, high);
                    if (gated != null) Store(gated + at, g, part);
                    TVector d = TOps.Subtract(Load(x + at, part), middle);
                    if ((p & 1) == 0)
                    {
                        s0 = TOps.Add(s0, g);
                        p0 = TOps.MultiplyAdd(g, d, p0);
                    }
                    else
                    {
                        s1 = TOps.Add(s1, g);
                        p1 = TOps.MultiplyAdd(g, d, p1);
                    }
                }
                Store(sums + c, TOps.Add(s0, s1), part);
                Store(products + c, TOps.Add(p0, p1), part);
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void GradientApply(float* dy, float* x, float* gate, Range range, float* a, float* dx, int count, int channels)
    {
        TOps.Require();
        int block = Block(channels);
        TVector low = TOps.Create(range.Low), high = TOps.Create(range.High);
        for (int first = 0; first < count; first += block)
        {
            int pixels = Math.Min(block, count - first);
            for (int c = 0; c < channels; c += TOps.Lanes)
            {
                int part = Math.Min(TOps.Lanes, channels - c);
                TVector scales = Load(a + c, part), factors = Load(a + channels + c, part), shifts = Load(a + 2 * (nint)channels + c, part);
                nint at = (nint)first * channels + c;
                for (int p = 0; p < pixels; p++, at += channels)
                {
                    TVector g = Load(dy + at, part);
                    if (gate != null) g = TOps.Inside(g, Load(gate + at, part), low, high);
                    Store(dx + at, TOps.MultiplyAdd(g, scales, TOps.MultiplyAdd(Load(x + at, part), factors, shifts)), part);
                }
            }
        }
    }

    private static int Block(int channels) => Math.Max(4, BlockFloats / channels);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(float* from, int part) => part == TOps.Lanes ? TOps.Load(from) : TOps.LoadPart(from, part);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, TVector value, int part)
    {
        if (part == TOps.Lanes)
            TOps.Store(to, value);
        else
            TOps.StorePart(to, value, part);
    }
}
