using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Tiles of up to 8 pixels and 2 vectors of output channels, see <see cref="PixelTile"/>.</summary>
/// <remarks>aRV: pixel R, vector V. The conditions on the row count are constants of the compiled code.</remarks>
internal static unsafe class PixelTile2<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Most pixels of a tile.</summary>
    public const int MaxRows = 8;

    /// <summary>Runs a tile of as many pixels as the constant says.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows>(PixelTile* tile) where TRows : struct, ICount
    {
        TOps.Require();
        TVector a00 = default, a01 = default;
        TVector a10 = default, a11 = default;
        TVector a20 = default, a21 = default;
        TVector a30 = default, a31 = default;
        TVector a40 = default, a41 = default;
        TVector a50 = default, a51 = default;
        TVector a60 = default, a61 = default;
        TVector a70 = default, a71 = default;
        float* y = tile->Destination;
        nint* at = tile->Places;
        int tail = tile->Tail;
        if (tile->Start == null)
        {
            if (TRows.Value > 0) Load(y + at[0], tail, out a00, out a01);
            if (TRows.Value > 1) Load(y + at[1], tail, out a10, out a11);
            if (TRows.Value > 2) Load(y + at[2], tail, out a20, out a21);
            if (TRows.Value > 3) Load(y + at[3], tail, out a30, out a31);
            if (TRows.Value > 4) Load(y + at[4], tail, out a40, out a41);
            if (TRows.Value > 5) Load(y + at[5], tail, out a50, out a51);
            if (TRows.Value > 6) Load(y + at[6], tail, out a60, out a61);
            if (TRows.Value > 7) Load(y + at[7], tail, out a70, out a71);
        }
        else
        {
            Load(tile->Start, TOps.Lanes, out a00, out a01);
            if (TRows.Value > 1) { a10 = a00; a11 = a01; }
            if (TRows.Value > 2) { a20 = a00; a21 = a01; }
            if (TRows.Value > 3) { a30 = a00; a31 = a01; }
            if (TRows.Value > 4) { a40 = a00; a41 = a01; }
            if (TRows.Value > 5) { a50 = a00; a51 = a01; }
            if (TRows.Value > 6) { a60 = a00; a61 = a01; }
            if (TRows.Value > 7) { a70 = a00; a71 = a01; }
        }
        float* ahead = tile->Ahead;
        for (int run = 0; run < tile->RunCount; run++)
        {
            nint source = tile->Runs[run].Source;
            float* w = tile->Weights + tile->Runs[run].Weights * (2 * TOps.Lanes);
            float* x0 = TRows.Value > 0 ? tile->Pixels[0] + source : null;
            float* x1 = TRows.Value > 1 ? tile->Pixels[1] + source : null;
            float* x2 = TRows.Value > 2 ? tile->Pixels[2] + source : null;
            float* x3 = TRows.Value > 3 ? tile->Pixels[3] + source : null;
            float* x4 = TRows.Value > 4 ? tile->Pixels[4] + source : null;
            float* x5 = TRows.Value > 5 ? tile->Pixels[5] + source : null;
            float* x6 = TRows.Value > 6 ? tile->Pixels[6] + source : null;
            float* x7 = TRows.Value > 7 ? tile->Pixels[7] + source : null;
            for (nint k = 0, length = tile->Length; k < length; k++)
            {
                TOps.Prefetch(ahead);
                ahead += PixelTile.Line;
                TVector w0 = TOps.Load(w), w1 = TOps.Load(w + TOps.Lanes), x;
                if (TRows.Value > 0) { x = TOps.Create(x0[k]); a00 = TOps.MultiplyAdd(x, w0, a00); a01 = TOps.MultiplyAdd(x, w1, a01); }
                if (TRows.Value > 1) { x = TOps.Create(x1[k]); a10 = TOps.MultiplyAdd(x, w0, a10); a11 = TOps.MultiplyAdd(x, w1, a11); }
                if (TRows.Value > 2) { x = TOps.Create(x2[k]); a20 = TOps.MultiplyAdd(x, w0, a20); a21 = TOps.MultiplyAdd(x, w1, a21); }
                if (TRows.Value > 3) { x = TOps.Create(x3[k]); a30 = TOps.MultiplyAdd(x, w0, a30); a31 = TOps.MultiplyAdd(x, w1, a31); }
                if (TRows.Value > 4) { x = TOps.Create(x4[k]); a40 = TOps.MultiplyAdd(x, w0, a40); a41 = TOps.MultiplyAdd(x, w1, a41); }
                if (TRows.Value > 5) { x = TOps.Create(x5[k]); a50 = TOps.MultiplyAdd(x, w0, a50); a51 = TOps.MultiplyAdd(x, w1, a51); }
                if (TRows.Value > 6) { x = TOps.Create(x6[k]); a60 = TOps.MultiplyAdd(x, w0, a60); a61 = TOps.MultiplyAdd(x, w1, a61); }
                if (TRows.Value > 7) { x = TOps.Create(x7[k]); a70 = TOps.MultiplyAdd(x, w0, a70); a71 = TOps.MultiplyAdd(x, w1, a71); }
                w += 2 * TOps.Lanes;
            }
        }
        tile->Ahead = ahead;
        if (tile->Residual != null)
        {
            float* residual = tile->Residual;
            if (TRows.Value > 0) Add(residual + at[0], tail, ref a00, ref a01);
            if (TRows.Value > 1) Add(residual + at[1], tail, ref a10, ref a11);
            if (TRows.Value > 2) Add(residual + at[2], tail, ref a20, ref a21);
            if (TRows.Value > 3) Add(residual + at[3], tail, ref a30, ref a31);
            if (TRows.Value > 4) Add(residual + at[4], tail, ref a40, ref a41);
            if (TRows.Value > 5) Add(residual + at[5], tail, ref a50, ref a51);
            if (TRows.Value > 6) Add(residual + at[6], tail, ref a60, ref a61);
            if (TRows.Value > 7) Add(residual + at[7], tail, ref a70, ref a71);
        }
        if (tile->Clip)
        {
            TVector low = TOps.Create(tile->Low), high = TOps.Create(tile->High);
            if (TRows.Value > 0) Clip(low, high, ref a00, ref a01);
            if (TRows.Value > 1) Clip(low, high, ref a10, ref a11);
            if (TRows.Value > 2) Clip(low, high, ref a20, ref a21);
            if (TRows.Value > 3) Clip(low, high, ref a30, ref a31);
            if (TRows.Value > 4) Clip(low, high, ref a40, ref a41);
            if (TRows.Value > 5) Clip(low, high, ref a50, ref a51);
            if (TRows.Value > 6) Clip(low, high, ref a60, ref a61);
            if (TRows.Value > 7) Clip(low, high, ref a70, ref a71);
        }
        if (TRows.Value > 0) Store(y + at[0], tail, a00, a01);
        if (TRows.Value > 1) Store(y + at[1], tail, a10, a11);
        if (TRows.Value > 2) Store(y + at[2], tail, a20, a21);
        if (TRows.Value > 3) Store(y + at[3], tail, a30, a31);
        if (TRows.Value > 4) Store(y + at[4], tail, a40, a41);
        if (TRows.Value > 5) Store(y + at[5], tail, a50, a51);
        if (TRows.Value > 6) Store(y + at[6], tail, a60, a61);
        if (TRows.Value > 7) Store(y + at[7], tail, a70, a71);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* from, int tail, out TVector v0, out TVector v1)
    {
        v0 = TOps.Load(from);
        v1 = tail == TOps.Lanes ? TOps.Load(from + TOps.Lanes) : TOps.LoadPart(from + TOps.Lanes, tail);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* from, int tail, ref TVector v0, ref TVector v1)
    {
        Load(from, tail, out TVector r0, out TVector r1);
        v0 = TOps.Add(v0, r0);
        v1 = TOps.Add(v1, r1);
    }

    // The bound comes first: of a NaN and a number, the second operand is taken, so NaN stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clip(TVector low, TVector high, ref TVector v0, ref TVector v1)
    {
        v0 = TOps.Min(high, TOps.Max(low, v0));
        v1 = TOps.Min(high, TOps.Max(low, v1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, int tail, TVector v0, TVector v1)
    {
        TOps.Store(to, v0);
        if (tail == TOps.Lanes)
            TOps.Store(to + TOps.Lanes, v1);
        else
            TOps.StorePart(to + TOps.Lanes, v1, tail);
    }
}
