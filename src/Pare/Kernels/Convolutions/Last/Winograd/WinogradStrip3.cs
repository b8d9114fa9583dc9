using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>Strips of up to 8 tiles and 3 vectors of output channels, see <see cref="WinogradStrip"/>.</summary>
/// <remarks>sTV: tile T, vector V. The conditions on the count are constants of the compiled code.</remarks>
internal static unsafe class WinogradStrip3<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Most tiles of a strip.</summary>
    public const int MaxTiles = 8;

    /// <summary>Runs a strip of as many tiles as the constant says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TTiles>(WinogradStrip* strip) where TTiles : struct, ICount
    {
        TOps.Require();
        TVector s00 = default, s01 = default, s02 = default;
        TVector s10 = default, s11 = default, s12 = default;
        TVector s20 = default, s21 = default, s22 = default;
        TVector s30 = default, s31 = default, s32 = default;
        TVector s40 = default, s41 = default, s42 = default;
        TVector s50 = default, s51 = default, s52 = default;
        TVector s60 = default, s61 = default, s62 = default;
        TVector s70 = default, s71 = default, s72 = default;
        float* y = strip->Destination;
        nint next = strip->TileStep;
        if (strip->Adds)
        {
            if (TTiles.Value > 0) Load(y, out s00, out s01, out s02);
            if (TTiles.Value > 1) Load(y + 1 * next, out s10, out s11, out s12);
            if (TTiles.Value > 2) Load(y + 2 * next, out s20, out s21, out s22);
            if (TTiles.Value > 3) Load(y + 3 * next, out s30, out s31, out s32);
            if (TTiles.Value > 4) Load(y + 4 * next, out s40, out s41, out s42);
            if (TTiles.Value > 5) Load(y + 5 * next, out s50, out s51, out s52);
            if (TTiles.Value > 6) Load(y + 6 * next, out s60, out s61, out s62);
            if (TTiles.Value > 7) Load(y + 7 * next, out s70, out s71, out s72);
        }
        float* x = strip->Source, w = strip->Weights;
        nint step = strip->WeightStep;
        for (int left = strip->Channels; left > 0; left -= TOps.Lanes, x += strip->ChunkStep)
        {
            for (nint k = 0, count = Math.Min(left, TOps.Lanes); k < count; k++)
            {
                TVector w0 = TOps.Load(w), w1 = TOps.Load(w + TOps.Lanes), w2 = TOps.Load(w + 2 * TOps.Lanes), n;
                if (TTiles.Value > 0) { n = TOps.Create(x[k]); s00 = TOps.MultiplyAdd(n, w0, s00); s01 = TOps.MultiplyAdd(n, w1, s01); s02 = TOps.MultiplyAdd(n, w2, s02); }
                if (TTiles.Value > 1) { n = TOps.Create(x[k + TOps.Lanes]); s10 = TOps.MultiplyAdd(n, w0, s10); s11 = TOps.MultiplyAdd(n, w1, s11); s12 = TOps.MultiplyAdd(n, w2, s12); }
                if (TTiles.Value > 2) { n = TOps.Create(x[k + 2 * TOps.Lanes]); s20 = TOps.MultiplyAdd(n, w0, s20); s21 = TOps.MultiplyAdd(n, w1, s21); s22 = TOps.MultiplyAdd(n, w2, s22); }
                if (TTiles.Value > 3) { n = TOps.Create(x[k + 3 * TOps.Lanes]); s30 = TOps.MultiplyAdd(n, w0, s30); s31 = TOps.MultiplyAdd(n, w1, s31); s32 = TOps.MultiplyAdd(n, w2, s32); }
                if (TTiles.Value > 4) { n = TOps.Create(x[k + 4 * TOps.Lanes]); s40 = TOps.MultiplyAdd(n, w0, s40); s41 = TOps.MultiplyAdd(n, w1, s41); s42 = TOps.MultiplyAdd(n, w2, s42); }
                if (TTiles.Value > 5) { n = TOps.Create(x[k + 5 * TOps.Lanes]); s50 = TOps.MultiplyAdd(n, w0, s50); s51 = TOps.MultiplyAdd(n, w1, s51); s52 = TOps.MultiplyAdd(n, w2, s52); }
                if (TTiles.Value > 6) { n = TOps.Create(x[k + 6 * TOps.Lanes]); s60 = TOps.MultiplyAdd(n, w0, s60); s61 = TOps.MultiplyAdd(n, w1, s61); s62 = TOps.MultiplyAdd(n, w2, s62); }
                if (TTiles.Value > 7) { n = TOps.Create(x[k + 7 * TOps.Lanes]); s70 = TOps.MultiplyAdd(n, w0, s70); s71 = TOps.MultiplyAdd(n, w1, s71); s72 = TOps.MultiplyAdd(n, w2, s72); }
                w += step;
            }
        }
        if (TTiles.Value > 0) Store(y, s00, s01, s02);
        if (TTiles.Value > 1) Store(y += next, s10, s11, s12);
        if (TTiles.Value > 2) Store(y += next, s20, s21, s22);
        if (TTiles.Value > 3) Store(y += next, s30, s31, s32);
        if (TTiles.Value > 4) Store(y += next, s40, s41, s42);
        if (TTiles.Value > 5) Store(y += next, s50, s51, s52);
        if (TTiles.Value > 6) Store(y += next, s60, s61, s62);
        if (TTiles.Value > 7) Store(y += next, s70, s71, s72);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, TVector v0, TVector v1, TVector v2)
    {
        TOps.Store(to, v0);
        TOps.Store(to + TOps.Lanes, v1);
        TOps.Store(to + 2 * TOps.Lanes, v2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* from, out TVector v0, out TVector v1, out TVector v2)
    {
        v0 = TOps.Load(from);
        v1 = TOps.Load(from + TOps.Lanes);
        v2 = TOps.Load(from + 2 * TOps.Lanes);
    }
}
