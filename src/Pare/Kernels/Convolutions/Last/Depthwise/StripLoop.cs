using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Depthwise;

/// <summary>Computes strips of up to <see cref="MostPixels"/> outputs of a row.</summary>
internal abstract class StripLoop
{
    /// <summary>The longest strip: its sums, a weight and the bounds are held in registers.</summary>
    public const int MostPixels = 8;

    /// <summary>Numbers of a vector.</summary>
    public abstract int Lanes { get; }

    /// <summary>Computes a strip.</summary>
    public abstract void Run(int pixels, in Strip strip);

    /// <summary>The loop of the widest vectors that may be used.</summary>
    public static StripLoop Of(CpuFeatures cpu) =>
        cpu.HasVector512 ? new StripLoop<Ops512, Vector512<float>>()
        : cpu.HasAvx2 ? new StripLoop<Ops256, Vector256<float>>()
        : cpu.HasVector128 ? new StripLoop<Ops128, Vector128<float>>()
        : new StripLoop<OpsScalar, float>();
}

/// <summary>The loop of one instruction set. Lanes are channels, sums run over the taps in their order: same bits at every level.</summary>
internal sealed unsafe class StripLoop<TOps, TVector> : StripLoop where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <inheritdoc/>
    public override int Lanes => TOps.Lanes;

    /// <inheritdoc/>
    public override void Run(int pixels, in Strip strip)
    {
        int rest = strip.Channels % TOps.Lanes;
        if (rest == 0)
        {
            Dispatch<N1>(pixels, strip);
            return;
        }
        int whole = strip.Channels - rest;
        Strip part = strip;
        part.Channels = whole;
        if (whole > 0)
            Dispatch<N1>(pixels, part);
        part.X += whole;
        part.W += whole;
        part.Bias += whole;
        part.Y += whole;
        if (part.Residual != null)
            part.Residual += whole;
        part.Channels = rest;
        Dispatch<N0>(pixels, part);
    }

    private static void Dispatch<TWhole>(int pixels, in Strip strip) where TWhole : struct, ICount
    {
        switch (pixels)
        {
            case 1: Strip<N1, TWhole>(strip); break;
            case 2: Strip<N2, TWhole>(strip); break;
            case 3: Strip<N3, TWhole>(strip); break;
            case 4: Strip<N4, TWhole>(strip); break;
            case 5: Strip<N5, TWhole>(strip); break;
            case 6: Strip<N6, TWhole>(strip); break;
            case 7: Strip<N7, TWhole>(strip); break;
            case 8: Strip<N8, TWhole>(strip); break;
            default: throw new ArgumentOutOfRangeException(nameof(pixels), pixels, "A strip has 1 to 8 outputs.");
        }
    }

    // aP: output P. TWhole 0: the channels are fewer than a vector holds. For each tap one weight is loaded, inputs are read where they lie.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Strip<TPixels, TWhole>(in Strip s) where TPixels : struct, ICount where TWhole : struct, ICount
    {
        TOps.Require();
        nint step = s.PixelStep * sizeof(float), step3 = 3 * step, yStep = s.YStep, rowStep = s.RowStep, columnStep = s.ColumnStep;
        nint wRowStep = s.WRowStep, wColumnStep = s.WColumnStep;
        int rows = s.Rows, columns = s.Columns, count = s.Channels;
        float* residual = s.Residual;
        TVector low = TOps.Create(s.Low), high = TOps.Create(s.High);
        bool clips = !float.IsNegativeInfinity(s.Low), caps = !float.IsPositiveInfinity(s.High);
        for (nint c = 0; c < count; c += TOps.Lanes)
        {
            TVector a0 = TOps.Load(s.Bias + c), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            float* xRow = s.X + c;
            float* wRow = s.W + c;
            for (int row = rows; row > 0; row--)
            {
                float* from = xRow;
                float* weights = wRow;
                for (int column = columns; column > 0; column--)
                {
                    TVector w = TOps.Load(weights);
                    byte* x = (byte*)from;
                    byte* u = x + step3;
                    a0 = TOps.MultiplyAdd(w, Load<TWhole>(x, count), a0);
                    if (TPixels.Value > 1) a1 = TOps.MultiplyAdd(w, Load<TWhole>(x + step, count), a1);
                    if (TPixels.Value > 2) a2 = TOps.MultiplyAdd(w, Load<TWhole>(x + step * 2, count), a2);
                    if (TPixels.Value > 3) a3 = TOps.MultiplyAdd(w, Load<TWhole>(u, count), a3);
                    if (TPixels.Value > 4) a4 = TOps.MultiplyAdd(w, Load<TWhole>(u + step, count), a4);
                    if (TPixels.Value > 5) a5 = TOps.MultiplyAdd(w, Load<TWhole>(u + step * 2, count), a5);
                    if (TPixels.Value > 6) a6 = TOps.MultiplyAdd(w, Load<TWhole>(u + step3, count), a6);
                    if (TPixels.Value > 7) a7 = TOps.MultiplyAdd(w, Load<TWhole>(u + step * 4, count), a7);
                    from += columnStep;
                    weights += wColumnStep;
                }
                xRow += rowStep;
                wRow += wRowStep;
            }
            if (residual != null)
            {
                float* r = residual + c;
                a0 = TOps.Add(a0, Load<TWhole>((byte*)r, count));
                if (TPixels.Value > 1) a1 = TOps.Add(a1, Load<TWhole>((byte*)(r + yStep), count));
                if (TPixels.Value > 2) a2 = TOps.Add(a2, Load<TWhole>((byte*)(r + 2 * yStep), count));
                if (TPixels.Value > 3) a3 = TOps.Add(a3, Load<TWhole>((byte*)(r + 3 * yStep), count));
                if (TPixels.Value > 4) a4 = TOps.Add(a4, Load<TWhole>((byte*)(r + 4 * yStep), count));
                if (TPixels.Value > 5) a5 = TOps.Add(a5, Load<TWhole>((byte*)(r + 5 * yStep), count));
                if (TPixels.Value > 6) a6 = TOps.Add(a6, Load<TWhole>((byte*)(r + 6 * yStep), count));
                if (TPixels.Value > 7) a7 = TOps.Add(a7, Load<TWhole>((byte*)(r + 7 * yStep), count));
            }
            if (clips)
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
            if (caps)
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

    private readonly struct N0 : ICount { public static int Value => 0; }
}
