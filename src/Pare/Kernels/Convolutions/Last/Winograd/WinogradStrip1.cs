using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>Strips of up to 16 tiles and 1 vector of output channels, see <see cref="WinogradStrip"/>.</summary>
/// <remarks>sTV: tile T, written in hexadecimal, vector V. The conditions on the count are constants of the compiled code.</remarks>
internal static unsafe class WinogradStrip1<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Most tiles of a strip.</summary>
    public const int MaxTiles = 16;

    /// <summary>Runs a strip of as many tiles as the constant says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TTiles>(WinogradStrip* strip) where TTiles : struct, ICount
    {
        TOps.Require();
        TVector s00 = default;
        TVector s10 = default;
        TVector s20 = default;
        TVector s30 = default;
        TVector s40 = default;
        TVector s50 = default;
        TVector s60 = default;
        TVector s70 = default;
        TVector s80 = default;
        TVector s90 = default;
        TVector sa0 = default;
        TVector sb0 = default;
        TVector sc0 = default;
        TVector sd0 = default;
        TVector se0 = default;
        TVector sf0 = default;
        float* y = strip->Destination;
        nint next = strip->TileStep;
        if (strip->Adds)
        {
            if (TTiles.Value > 0) s00 = TOps.Load(y);
            if (TTiles.Value > 1) s10 = TOps.Load(y + 1 * next);
            if (TTiles.Value > 2) s20 = TOps.Load(y + 2 * next);
            if (TTiles.Value > 3) s30 = TOps.Load(y + 3 * next);
            if (TTiles.Value > 4) s40 = TOps.Load(y + 4 * next);
            if (TTiles.Value > 5) s50 = TOps.Load(y + 5 * next);
            if (TTiles.Value > 6) s60 = TOps.Load(y + 6 * next);
            if (TTiles.Value > 7) s70 = TOps.Load(y + 7 * next);
            if (TTiles.Value > 8) s80 = TOps.Load(y + 8 * next);
            if (TTiles.Value > 9) s90 = TOps.Load(y + 9 * next);
            if (TTiles.Value > 10) sa0 = TOps.Load(y + 10 * next);
            if (TTiles.Value > 11) sb0 = TOps.Load(y + 11 * next);
            if (TTiles.Value > 12) sc0 = TOps.Load(y + 12 * next);
            if (TTiles.Value > 13) sd0 = TOps.Load(y + 13 * next);
            if (TTiles.Value > 14) se0 = TOps.Load(y + 14 * next);
            if (TTiles.Value > 15) sf0 = TOps.Load(y + 15 * next);
        }
        float* x = strip->Source, w = strip->Weights;
        nint step = strip->WeightStep;
        for (int left = strip->Channels; left > 0; left -= TOps.Lanes, x += strip->ChunkStep)
        {
            for (nint k = 0, count = Math.Min(left, TOps.Lanes); k < count; k++)
            {
                TVector w0 = TOps.Load(w), n;
                if (TTiles.Value > 0) { n = TOps.Create(x[k]); s00 = TOps.MultiplyAdd(n, w0, s00); }
                if (TTiles.Value > 1) { n = TOps.Create(x[k + TOps.Lanes]); s10 = TOps.MultiplyAdd(n, w0, s10); }
                if (TTiles.Value > 2) { n = TOps.Create(x[k + 2 * TOps.Lanes]); s20 = TOps.MultiplyAdd(n, w0, s20); }
                if (TTiles.Value > 3) { n = TOps.Create(x[k + 3 * TOps.Lanes]); s30 = TOps.MultiplyAdd(n, w0, s30); }
                if (TTiles.Value > 4) { n = TOps.Create(x[k + 4 * TOps.Lanes]); s40 = TOps.MultiplyAdd(n, w0, s40); }
                if (TTiles.Value > 5) { n = TOps.Create(x[k + 5 * TOps.Lanes]); s50 = TOps.MultiplyAdd(n, w0, s50); }
                if (TTiles.Value > 6) { n = TOps.Create(x[k + 6 * TOps.Lanes]); s60 = TOps.MultiplyAdd(n, w0, s60); }
                if (TTiles.Value > 7) { n = TOps.Create(x[k + 7 * TOps.Lanes]); s70 = TOps.MultiplyAdd(n, w0, s70); }
                if (TTiles.Value > 8) { n = TOps.Create(x[k + 8 * TOps.Lanes]); s80 = TOps.MultiplyAdd(n, w0, s80); }
                if (TTiles.Value > 9) { n = TOps.Create(x[k + 9 * TOps.Lanes]); s90 = TOps.MultiplyAdd(n, w0, s90); }
                if (TTiles.Value > 10) { n = TOps.Create(x[k + 10 * TOps.Lanes]); sa0 = TOps.MultiplyAdd(n, w0, sa0); }
                if (TTiles.Value > 11) { n = TOps.Create(x[k + 11 * TOps.Lanes]); sb0 = TOps.MultiplyAdd(n, w0, sb0); }
                if (TTiles.Value > 12) { n = TOps.Create(x[k + 12 * TOps.Lanes]); sc0 = TOps.MultiplyAdd(n, w0, sc0); }
                if (TTiles.Value > 13) { n = TOps.Create(x[k + 13 * TOps.Lanes]); sd0 = TOps.MultiplyAdd(n, w0, sd0); }
                if (TTiles.Value > 14) { n = TOps.Create(x[k + 14 * TOps.Lanes]); se0 = TOps.MultiplyAdd(n, w0, se0); }
                if (TTiles.Value > 15) { n = TOps.Create(x[k + 15 * TOps.Lanes]); sf0 = TOps.MultiplyAdd(n, w0, sf0); }
                w += step;
            }
        }
        if (TTiles.Value > 0) Store(y, s00);
        if (TTiles.Value > 1) Store(y += next, s10);
        if (TTiles.Value > 2) Store(y += next, s20);
        if (TTiles.Value > 3) Store(y += next, s30);
        if (TTiles.Value > 4) Store(y += next, s40);
        if (TTiles.Value > 5) Store(y += next, s50);
        if (TTiles.Value > 6) Store(y += next, s60);
        if (TTiles.Value > 7) Store(y += next, s70);
        if (TTiles.Value > 8) Store(y += next, s80);
        if (TTiles.Value > 9) Store(y += next, s90);
        if (TTiles.Value > 10) Store(y += next, sa0);
        if (TTiles.Value > 11) Store(y += next, sb0);
        if (TTiles.Value > 12) Store(y += next, sc0);
        if (TTiles.Value > 13) Store(y += next, sd0);
        if (TTiles.Value > 14) Store(y += next, se0);
        if (TTiles.Value > 15) Store(y += next, sf0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, TVector v0)
    {
        TOps.Store(to, v0);
    }
}
