using System.Runtime.CompilerServices;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>F(2 x 2, 3 x 3): the weights' matrix.</summary>
internal static class WinogradTwo
{
    /// <summary>G of the points 0, 1, -1 and infinity.</summary>
    public static double[,] Weights { get; } = { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, 0.5 }, { 0, 0, 1 } };
}

/// <summary>F(2 x 2, 3 x 3): 16 products for 36.</summary>
internal static unsafe class WinogradTwo<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>B' x B.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Input(WinogradSource* tile)
    {
        TOps.Require();
        nint plane = tile->Plane;
        int lanes = TOps.Lanes;
        float* work = tile->Work;
        float** rows = tile->Rows;
        float* v = tile->Transformed;
        for (int c = 0; c < tile->Channels; c += lanes, v += tile->Chunk - 16 * plane)
        {
            int count = Math.Min(lanes, tile->Channels - c);
            float* w = work;
            nint at = c;
            for (int j = 0; j < 4; j++, w += lanes, at += tile->Channels)
            {
                TVector r0 = default, r1 = default, r2 = default, r3 = default;
                if (j >= tile->First && j < tile->End)
                {
                    Forward(
                        Load(rows[0] + at, count), Load(rows[1] + at, count), Load(rows[2] + at, count), Load(rows[3] + at, count),
                        out r0, out r1, out r2, out r3);
                }
                TOps.Store(w, r0);
                TOps.Store(w + 4 * lanes, r1);
                TOps.Store(w + 8 * lanes, r2);
                TOps.Store(w + 12 * lanes, r3);
            }
            w = work;
            for (int i = 0; i < 4; i++, v += 4 * plane, w += 4 * lanes)
            {
                Forward(
                    TOps.Load(w), TOps.Load(w + lanes), TOps.Load(w + 2 * lanes), TOps.Load(w + 3 * lanes),
                    out TVector r0, out TVector r1, out TVector r2, out TVector r3);
                TOps.Store(v, r0);
                TOps.Store(v + plane, r1);
                TOps.Store(v + 2 * plane, r2);
                TOps.Store(v + 3 * plane, r3);
            }
        }
    }

    /// <summary>A' m A, then bias, residual and clip.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Output(WinogradResult* tile)
    {
        TOps.Require();
        nint plane = tile->Plane;
        int lanes = TOps.Lanes;
        float* work = tile->Work;
        for (int o = 0; o < tile->Channels; o += lanes)
        {
            float* m = tile->Products + o;
            for (int j = 0; j < 4; j++, m += plane)
            {
                Back(TOps.Load(m), TOps.Load(m + 4 * plane), TOps.Load(m + 8 * plane), TOps.Load(m + 12 * plane), out TVector y0, out TVector y1);
                TOps.Store(work + j * lanes, y0);
                TOps.Store(work + (4 + j) * lanes, y1);
            }
            TVector bias = TOps.Load(tile->Bias + o);
            for (int i = 0; i < tile->Rows; i++)
            {
                float* w = work + i * 4 * lanes;
                Back(TOps.Load(w), TOps.Load(w + lanes), TOps.Load(w + 2 * lanes), TOps.Load(w + 3 * lanes), out TVector y0, out TVector y1);
                nint at = i * tile->RowStep + o;
                WinogradEnd<TOps, TVector>.Store(tile, at, o, TOps.Add(y0, bias));
                if (tile->Columns > 1) WinogradEnd<TOps, TVector>.Store(tile, at + tile->PixelStep, o, TOps.Add(y1, bias));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(float* from, int count) => count == TOps.Lanes ? TOps.Load(from) : TOps.LoadPart(from, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(TVector d0, TVector d1, TVector d2, TVector d3, out TVector r0, out TVector r1, out TVector r2, out TVector r3)
    {
        r0 = TOps.Subtract(d0, d2);
        r1 = TOps.Add(d1, d2);
        r2 = TOps.Subtract(d2, d1);
        r3 = TOps.Subtract(d3, d1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Back(TVector m0, TVector m1, TVector m2, TVector m3, out TVector y0, out TVector y1)
    {
        y0 = TOps.Add(m0, TOps.Add(m1, m2));
        y1 = TOps.Add(m3, TOps.Subtract(m1, m2));
    }
}
