using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>Computes strips of up to <see cref="MostPixels"/> outputs of a row.</summary>
internal abstract unsafe class StripLoop
{
    private static readonly WidestVectors<StripLoop> Widths = new(
        () => new StripLoop<Ops512, Floats16>(), () => new StripLoop<Ops256, Floats8>(), () => new StripLoop<Ops128, Vector128<float>>(), () => new StripLoop<OpsScalar, float>());

    /// <summary>The longest strip: its sums, a weight and the bounds are held in registers.</summary>
    public const int MostPixels = 8;

    /// <summary>Numbers of a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>Computes a strip.</summary>
    /// <param name="pixels">How many outputs, 1 to <see cref="MostPixels"/>.</param>
    /// <param name="strip">The strip.</param>
    /// <param name="way">Which text computes it.</param>
    public abstract void Run(int pixels, in Strip strip, StripWay way);

    /// <summary>Adds to the weights' sums, W, what the outputs of a strip give them: w[r, k, c] += x[p, r, k, c] y[p, c].</summary>
    public abstract void AddGradient(int pixels, in Strip strip, StripWay way);

    /// <summary>sum[i] += first[step n + i] for n = 0, 1, ... below <paramref name="others"/>, in this order; <paramref name="count"/> fills whole vectors.</summary>
    public abstract void AddRows(float* sum, float* first, nint step, int others, int count);

    /// <summary>The loop of the widest vectors that may be used.</summary>
    public static StripLoop Of(CpuFeatures cpu) => Widths.Of(cpu);
}

/// <summary>The loop of one instruction set. Lanes are channels, sums run over the taps in their order: same bits at every level.</summary>
internal sealed unsafe partial class StripLoop<TOps, TVector> : StripLoop where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <inheritdoc/>
    public override int Lanes => TOps.Lanes;

    /// <inheritdoc/>
    public override void Run(int pixels, in Strip strip, StripWay way)
    {
        switch (way)
        {
            case StripWay.Three: Run<ThreeText>(pixels, strip); break;
            case StripWay.ThreeByTwo: Run<ThreeByTwoText>(pixels, strip); break;
            default: Run<AnyText>(pixels, strip); break;
        }
    }

    /// <inheritdoc/>
    public override void AddGradient(int pixels, in Strip strip, StripWay way)
    {
        switch (way)
        {
            case StripWay.Three: Run<GradientThreeText>(pixels, strip); break;
            case StripWay.ThreeByTwo: Run<GradientThreeByTwoText>(pixels, strip); break;
            default: Run<GradientAnyText>(pixels, strip); break;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddRows(float* sum, float* first, nint step, int others, int count)
    {
        TOps.Require();
        for (nint i = 0; i < count; i += TOps.Lanes)
        {
            TVector all = TOps.Load(sum + i);
            float* from = first + i;
            for (int n = 0; n < others; n++, from += step)
                all = TOps.Add(all, TOps.Load(from));
            TOps.Store(sum + i, all);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<TText>(int pixels, in Strip strip) where TText : struct, IText
    {
        int rest = strip.Channels % TOps.Lanes;
        if (rest == 0)
        {
            Dispatch<TText, N1>(pixels, strip);
            return;
        }
        int whole = strip.Channels - rest;
        Strip part = strip;
        part.Channels = whole;
        if (whole > 0)
            Dispatch<TText, N1>(pixels, part);
        part.X += whole;
        part.W += whole;
        part.Bias += whole;
        part.Y += whole;
        if (part.Residual != null)
            part.Residual += whole;
        part.Channels = rest;
        Dispatch<TText, N0>(pixels, part);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dispatch<TText, TWhole>(int pixels, in Strip strip) where TText : struct, IText where TWhole : struct, ICount
    {
        switch (pixels)
        {
            case 1: TText.Strip<N1, TWhole>(strip); break;
            case 2: TText.Strip<N2, TWhole>(strip); break;
            case 3: TText.Strip<N3, TWhole>(strip); break;
            case 4: TText.Strip<N4, TWhole>(strip); break;
            case 5: TText.Strip<N5, TWhole>(strip); break;
            case 6: TText.Strip<N6, TWhole>(strip); break;
            case 7: TText.Strip<N7, TWhole>(strip); break;
            case 8: TText.Strip<N8, TWhole>(strip); break;
            default: throw new ArgumentOutOfRangeException(nameof(pixels), pixels, "A strip has 1 to 8 outputs.");
        }
    }

    // Residual, bounds and the writing of a vector of channels of each output.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TPixels, TWhole>(
        in Strip s, nint c, TVector low, TVector high,
        TVector a0, TVector a1, TVector a2, TVector a3, TVector a4, TVector a5, TVector a6, TVector a7)
        where TPixels : struct, ICount where TWhole : struct, ICount
    {
        nint yStep = s.YStep;
        int count = s.Channels;
        if (s.Residual != null)
        {
            float* r = s.Residual + c;
            a0 = TOps.Add(a0, Load<TWhole>((byte*)r, count));
            if (TPixels.Value > 1) a1 = TOps.Add(a1, Load<TWhole>((byte*)(r + yStep), count));
            if (TPixels.Value > 2) a2 = TOps.Add(a2, Load<TWhole>((byte*)(r + 2 * yStep), count));
            if (TPixels.Value > 3) a3 = TOps.Add(a3, Load<TWhole>((byte*)(r + 3 * yStep), count));
            if (TPixels.Value > 4) a4 = TOps.Add(a4, Load<TWhole>((byte*)(r + 4 * yStep), count));
            if (TPixels.Value > 5) a5 = TOps.Add(a5, Load<TWhole>((byte*)(r + 5 * yStep), count));
            if (TPixels.Value > 6) a6 = TOps.Add(a6, Load<TWhole>((byte*)(r + 6 * yStep), count));
            if (TPixels.Value > 7) a7 = TOps.Add(a7, Load<TWhole>((byte*)(r + 7 * yStep), count));
        }
        if (s.Clips)
        {
            a0 = TOps.Max(low, a0);
            if (TPixels.Value > 1) a1 = TOps.Max(low, a1);
            if (TPixels.Value > 2) a2 = TOps.Max(low, a2);
            if (TPixels.Value > 3) a3 = TOps.Max(low, a3);
            if (TPixels.Value > 4) a4 = TOps.Max(low, a4);
            if (TPixels.Value > 5) a5 = TOps.Max(low, a5);
            if (TPixels.Value > 6) a6 = TOps.Max(low, a6);
            if (TPixels.Value > 7) a7 = TOps.Max(low, a7);
        }
        if (s.Caps)
        {
            a0 = TOps.Min(high, a0);
            if (TPixels.Value > 1) a1 = TOps.Min(high, a1);
            if (TPixels.Value > 2) a2 = TOps.Min(high, a2);
            if (TPixels.Value > 3) a3 = TOps.Min(high, a3);
            if (TPixels.Value > 4) a4 = TOps.Min(high, a4);
            if (TPixels.Value > 5) a5 = TOps.Min(high, a5);
            if (TPixels.Value > 6) a6 = TOps.Min(high, a6);
            if (TPixels.Value > 7) a7 = TOps.Min(high, a7);
        }
        float* y = s.Y + c;
        Store<TWhole>(a0, y, count);
        if (TPixels.Value > 1) Store<TWhole>(a1, y + yStep, count);
        if (TPixels.Value > 2) Store<TWhole>(a2, y + 2 * yStep, count);
        if (TPixels.Value > 3) Store<TWhole>(a3, y + 3 * yStep, count);
        if (TPixels.Value > 4) Store<TWhole>(a4, y + 4 * yStep, count);
        if (TPixels.Value > 5) Store<TWhole>(a5, y + 5 * yStep, count);
        if (TPixels.Value > 6) Store<TWhole>(a6, y + 6 * yStep, count);
        if (TPixels.Value > 7) Store<TWhole>(a7, y + 7 * yStep, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load<TWhole>(byte* from, int count) where TWhole : struct, ICount =>
        TWhole.Value > 0 ? TOps.Load((float*)from) : TOps.LoadPart((float*)from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TWhole>(TVector value, float* to, int count) where TWhole : struct, ICount
    {
        if (TWhole.Value > 0)
            TOps.Store(to, value);
        else
            TOps.StorePart(to, value, count);
    }

    /// <summary>The code of a strip: one text for all lengths, whole vectors or fewer channels than one holds.</summary>
    private interface IText
    {
        static abstract void Strip<TPixels, TWhole>(in Strip s) where TPixels : struct, ICount where TWhole : struct, ICount;
    }

    private readonly struct N0 : ICount { public static int Value => 0; }
}
