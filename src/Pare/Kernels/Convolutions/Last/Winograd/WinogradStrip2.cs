using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>Strips of up to 12 tiles and 2 vectors of output channels, see <see cref="WinogradStrip"/>.</summary>
/// <remarks>sTV: tile T, written in hexadecimal, vector V. The conditions on the count are constants of the compiled code.</remarks>
internal static unsafe class WinogradStrip2<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Most tiles of a strip.</summary>
    public const int MaxTiles = 12;

    /// <summary>Runs a strip of as many tiles as the constant says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TTiles>(WinogradStrip* strip) where TTiles : struct, ICount
    {
        TOps.Require();
        TVector s00 = default, s01 = default;
        TVector s10 = default, s11 = default;
        TVector s20 = default, s21 = default;
        TVector s30 = default, s31 = default;
        TVector s40 = default, s41 = default;
        TVector s50 = default, s51 = default;
        TVector s60 = default, s61 = default;
        TVector s70 = default, s71 = default;
        TVector s80 = default, s81 = default;
        TVector s90 = default, s91 = default;
        TVector sa0 = default, sa1 = default;
        TVector sb0 = default, sb1 = default;
        float* y = strip->Destination;
        nint next = strip->TileStep;
        if (strip->Adds)
        {
            if (TTiles.Value > 0) Load(y, out s00, out s01);
            if (TTiles.Value > 1) Load(y + 1 * next, out s10, out s11);
            if (TTiles.Value > 2) Load(y + 2 * next, out s20, out s21);
            if (TTiles.Value > 3) Load(y + 3 * next, out s30, out s31);
            if (TTiles.Value > 4) Load(y + 4 * next, out s40, out s41);
            if (TTiles.Value > 5) Load(y + 5 * next, out s50, out s51);
            if (TTiles.Value > 6) Load(y + 6 * next, out s60, out s61);
            if (TTiles.Value > 7) Load(y + 7 * next, out s70, out s71);
            if (TTiles.Value > 8) Load(y + 8 * next, out s80, out s81);
            if (TTiles.Value > 9) Load(y + 9 * next, out s90, out s91);
            if (TTiles.Value > 10) Load(y + 10 * next, out sa0, out sa1);
            if (TTiles.Value > 11) Load(y + 11 * next, out sb0, out sb1);
        }
        float* x = strip->Source, w = strip->Weights;
        nint step = strip->WeightStep;
        for (int left = strip->Channels; left > 0; left -= TOps.Lanes, x += strip->ChunkStep)
        {
            for (nint k = 0, count = Math.Min(left, TOps.Lanes); k < count; k++)
            {
                TVector w0 = TOps.Load(w), w1 = TOps.Load(w + TOps.Lanes), n;
                if (TTiles.Value > 0) { n = TOps.Create(x[k]); s00 = TOps.MultiplyAdd(n, w0, s00); s01 = TOps.MultiplyAdd(n, w1, s01); }
                if (TTiles.Value > 1) { n = TOps.Create(x[k + TOps.Lanes]); s10 = TOps.MultiplyAdd(n, w0, s10); s11 = TOps.MultiplyAdd(n, w1, s11); }
                if (TTiles.Value > 2) { n = TOps.Create(x[k + 2 * TOps.Lanes]); s20 = TOps.MultiplyAdd(n, w0, s20); s21 = TOps.MultiplyAdd(n, w1, s21); }
                if (TTiles.Value > 3) { n = TOps.Create(x[k + 3 * TOps.Lanes]); s30 = TOps.MultiplyAdd(n, w0, s30); s31 = TOps.MultiplyAdd(n, w1, s31); }
                if (TTiles.Value > 4) { n = TOps.Create(x[k + 4 * TOps.Lanes]); s40 = TOps.MultiplyAdd(n, w0, s40); s41 = TOps.MultiplyAdd(n, w1, s41); }
                if (TTiles.Value > 5) { n = TOps.Create(x[k + 5 * TOps.Lanes]); s50 = TOps.MultiplyAdd(n, w0, s50); s51 = TOps.MultiplyAdd(n, w1, s51); }
                if (TTiles.Value > 6) { n = TOps.Create(x[k + 6 * TOps.Lanes]); s60 = TOps.MultiplyAdd(n, w0, s60); s61 = TOps.MultiplyAdd(n, w1, s61); }
                if (TTiles.Value > 7) { n = TOps.Create(x[k + 7 * TOps.Lanes]); s70 = TOps.MultiplyAdd(n, w0, s70); s71 = TOps.MultiplyAdd(n, w1, s71); }
                if (TTiles.Value > 8) { n = TOps.Create(x[k + 8 * TOps.Lanes]); s80 = TOps.MultiplyAdd(n, w0, s80); s81 = TOps.MultiplyAdd(n, w1, s81); }
                if (TTiles.Value > 9) { n = TOps.Create(x[k + 9 * TOps.Lanes]); s90 = TOps.MultiplyAdd(n, w0, s90); s91 = TOps.MultiplyAdd(n, w1, s91); }
                if (TTiles.Value > 10) { n = TOps.Create(x[k + 10 * TOps.Lanes]); sa0 = TOps.MultiplyAdd(n, w0, sa0); sa1 = TOps.MultiplyAdd(n, w1, sa1); }
                if (TTiles.Value > 11) { n = TOps.Create(x[k + 11 * TOps.Lanes]); sb0 = TOps.MultiplyAdd(n, w0, sb0); sb1 = TOps.MultiplyAdd(n, w1, sb1); }
                w += step;
            }
        }
        if (TTiles.Value > 0) Store(y, s00, s01);
        if (TTiles.Value > 1) Store(y += next, s10, s11);
        if (TTiles.Value > 2) Store(y += next, s20, s21);
        if (TTiles.Value > 3) Store(y += next, s30, s31);
        if (TTiles.Value > 4) Store(y += next, s40, s41);
        if (TTiles.Value > 5) Store(y += next, s50, s51);
        if (TTiles.Value > 6) Store(y += next, s60, s61);
        if (TTiles.Value > 7) Store(y += next, s70, s71);
        if (TTiles.Value > 8) Store(y += next, s80, s81);
        if (TTiles.Value > 9) Store(y += next, s90, s91);
        if (TTiles.Value > 10) Store(y += next, sa0, sa1);
        if (TTiles.Value > 11) Store(y += next, sb0, sb1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, TVector v0, TVector v1)
    {
        TOps.Store(to, v0);
        TOps.Store(to + TOps.Lanes, v1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* from, out TVector v0, out TVector v1)
    {
        v0 = TOps.Load(from);
        v1 = TOps.Load(from + TOps.Lanes);
    }
}
