using System.Runtime.CompilerServices;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last.Winograd;

/// <summary>F(4 x 4, 3 x 3): points and the weights' matrix.</summary>
/// <remarks>
/// The points are 0, 3/4, -3/4, 3/2, -3/2 and infinity. All factors are exact in fp32, and since the points lie around 1 evenly, errors are a
/// third of those with the usual points 0, 1, -1, 2, -2 (measured: bench and tests of this folder).
/// </remarks>
internal static class WinogradFour
{
    /// <summary>The smaller point.</summary>
    public const float A = 0.75f;

    /// <summary>The larger point.</summary>
    public const float B = 1.5f;

    /// <summary>G: row i holds 1, p, p^2 over the product of the differences to the other points; the last row is infinity's.</summary>
    public static double[,] Weights { get; } = Matrix([0, A, -A, B, -B]);

    private static double[,] Matrix(double[] points)
    {
        var g = new double[points.Length + 1, 3];
        for (int i = 0; i < points.Length; i++)
        {
            double p = points[i], product = 1;
            foreach (double other in points)
                product *= other == p ? 1 : p - other;
            (g[i, 0], g[i, 1], g[i, 2]) = (1 / product, p / product, p * p / product);
        }
        g[points.Length, 2] = 1;
        return g;
    }
}

/// <summary>F(4 x 4, 3 x 3): 36 products for 144.</summary>
internal static unsafe class WinogradFour<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    private const float A = WinogradFour.A, B = WinogradFour.B;

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
        for (int c = 0; c < tile->Channels; c += lanes, v += tile->Chunk - 36 * plane)
        {
            int count = Math.Min(lanes, tile->Channels - c);
            float* w = work;
            nint at = c;
            for (int j = 0; j < 6; j++, w += lanes, at += tile->Channels)
            {
                TVector r0 = default, r1 = default, r2 = default, r3 = default, r4 = default, r5 = default;
                if (j >= tile->First && j < tile->End)
                {
                    Forward(
                        Load(rows[0] + at, count), Load(rows[1] + at, count), Load(rows[2] + at, count),
                        Load(rows[3] + at, count), Load(rows[4] + at, count), Load(rows[5] + at, count),
                        out r0, out r1, out r2, out r3, out r4, out r5);
                }
                TOps.Store(w, r0);
                TOps.Store(w + 6 * lanes, r1);
                TOps.Store(w + 12 * lanes, r2);
                TOps.Store(w + 18 * lanes, r3);
                TOps.Store(w + 24 * lanes, r4);
                TOps.Store(w + 30 * lanes, r5);
            }
            w = work;
            for (int i = 0; i < 6; i++, v += 6 * plane, w += 6 * lanes)
            {
                Forward(
                    TOps.Load(w), TOps.Load(w + lanes), TOps.Load(w + 2 * lanes), TOps.Load(w + 3 * lanes), TOps.Load(w + 4 * lanes), TOps.Load(w + 5 * lanes),
                    out TVector r0, out TVector r1, out TVector r2, out TVector r3, out TVector r4, out TVector r5);
                TOps.Store(v, r0);
                TOps.Store(v + plane, r1);
                TOps.Store(v + 2 * plane, r2);
                TOps.Store(v + 3 * plane, r3);
                TOps.Store(v + 4 * plane, r4);
                TOps.Store(v + 5 * plane, r5);
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
            for (int j = 0; j < 6; j++, m += plane)
            {
                Back(
                    TOps.Load(m), TOps.Load(m + 6 * plane), TOps.Load(m + 12 * plane), TOps.Load(m + 18 * plane), TOps.Load(m + 24 * plane), TOps.Load(m + 30 * plane),
                    out TVector y0, out TVector y1, out TVector y2, out TVector y3);
                float* w = work + j * lanes;
                TOps.Store(w, y0);
                TOps.Store(w + 6 * lanes, y1);
                TOps.Store(w + 12 * lanes, y2);
                TOps.Store(w + 18 * lanes, y3);
            }
            TVector bias = TOps.Load(tile->Bias + o);
            for (int i = 0; i < tile->Rows; i++)
            {
                float* w = work + i * 6 * lanes;
                Back(
                    TOps.Load(w), TOps.Load(w + lanes), TOps.Load(w + 2 * lanes), TOps.Load(w + 3 * lanes), TOps.Load(w + 4 * lanes), TOps.Load(w + 5 * lanes),
                    out TVector y0, out TVector y1, out TVector y2, out TVector y3);
                nint at = i * tile->RowStep + o;
                WinogradEnd<TOps, TVector>.Store(tile, at, o, TOps.Add(y0, bias));
                if (tile->Columns > 1) WinogradEnd<TOps, TVector>.Store(tile, at + tile->PixelStep, o, TOps.Add(y1, bias));
                if (tile->Columns > 2) WinogradEnd<TOps, TVector>.Store(tile, at + 2 * tile->PixelStep, o, TOps.Add(y2, bias));
                if (tile->Columns > 3) WinogradEnd<TOps, TVector>.Store(tile, at + 3 * tile->PixelStep, o, TOps.Add(y3, bias));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(float* from, int count) => count == TOps.Lanes ? TOps.Load(from) : TOps.LoadPart(from, count);

    // Row p of B' holds the factors of the polynomial whose roots are the other points, from x^0 on; the last row that of all points.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Forward(
        TVector d0, TVector d1, TVector d2, TVector d3, TVector d4, TVector d5,
        out TVector r0, out TVector r1, out TVector r2, out TVector r3, out TVector r4, out TVector r5)
    {
        TVector all = TOps.Create(A * A * B * B), sum = TOps.Create(-(A * A + B * B)), a2 = TOps.Create(-A * A), b2 = TOps.Create(-B * B);
        r0 = TOps.MultiplyAdd(all, d0, TOps.MultiplyAdd(sum, d2, d4));
        r5 = TOps.MultiplyAdd(all, d1, TOps.MultiplyAdd(sum, d3, d5));
        TVector even = TOps.MultiplyAdd(b2, d2, d4), odd = TOps.MultiplyAdd(b2, d1, d3);
        r1 = TOps.MultiplyAdd(TOps.Create(A), odd, even);
        r2 = TOps.MultiplyAdd(TOps.Create(-A), odd, even);
        even = TOps.MultiplyAdd(a2, d2, d4);
        odd = TOps.MultiplyAdd(a2, d1, d3);
        r3 = TOps.MultiplyAdd(TOps.Create(B), odd, even);
        r4 = TOps.MultiplyAdd(TOps.Create(-B), odd, even);
    }

    // Row j of A' holds the points to the power j; infinity counts in the last row.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Back(
        TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
    {
        TVector sumA = TOps.Add(m1, m2), sumB = TOps.Add(m3, m4), differenceA = TOps.Subtract(m1, m2), differenceB = TOps.Subtract(m3, m4);
        y0 = TOps.Add(m0, TOps.Add(sumA, sumB));
        y1 = TOps.MultiplyAdd(TOps.Create(B), differenceB, TOps.Multiply(TOps.Create(A), differenceA));
        y2 = TOps.MultiplyAdd(TOps.Create(B * B), sumB, TOps.Multiply(TOps.Create(A * A), sumA));
        y3 = TOps.MultiplyAdd(TOps.Create(B * B * B), differenceB, TOps.MultiplyAdd(TOps.Create(A * A * A), differenceA, m5));
    }
}
