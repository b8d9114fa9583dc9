using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Tiles of weight gradients, see <see cref="GradientTile"/>: up to 24 sums in registers over all pixels.</summary>
/// <remarks>
/// aRV: row R, vector V. By TForm: 1, rows times one vector; 2, rows times two vectors; 3, twice the rows, the second half
/// <see cref="GradientTile.Second"/> numbers after the first, times one vector. The conditions are constants of the compiled code.
/// </remarks>
internal static unsafe class GradientTiles<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Runs a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows, TForm>(GradientTile* tile) where TRows : struct, ICount where TForm : struct, ICount
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
        TVector a80 = default, a81 = default;
        TVector a90 = default, a91 = default;
        TVector aA0 = default, aA1 = default;
        TVector aB0 = default, aB1 = default;
        float* sums = tile->Sums;
        nint width = tile->Width, second = TForm.Value == 3 ? tile->Second : 0;
        float* other = TForm.Value == 3 ? sums + second * width : sums + TOps.Lanes;
        if (TRows.Value > 0) { a00 = TOps.Load(sums); if (TForm.Value > 1) a01 = TOps.Load(other); }
        if (TRows.Value > 1) { a10 = TOps.Load(sums + width); if (TForm.Value > 1) a11 = TOps.Load(other + width); }
        if (TRows.Value > 2) { a20 = TOps.Load(sums + 2 * width); if (TForm.Value > 1) a21 = TOps.Load(other + 2 * width); }
        if (TRows.Value > 3) { a30 = TOps.Load(sums + 3 * width); if (TForm.Value > 1) a31 = TOps.Load(other + 3 * width); }
        if (TRows.Value > 4) { a40 = TOps.Load(sums + 4 * width); if (TForm.Value > 1) a41 = TOps.Load(other + 4 * width); }
        if (TRows.Value > 5) { a50 = TOps.Load(sums + 5 * width); if (TForm.Value > 1) a51 = TOps.Load(other + 5 * width); }
        if (TRows.Value > 6) { a60 = TOps.Load(sums + 6 * width); if (TForm.Value > 1) a61 = TOps.Load(other + 6 * width); }
        if (TRows.Value > 7) { a70 = TOps.Load(sums + 7 * width); if (TForm.Value > 1) a71 = TOps.Load(other + 7 * width); }
        if (TRows.Value > 8) { a80 = TOps.Load(sums + 8 * width); if (TForm.Value > 1) a81 = TOps.Load(other + 8 * width); }
        if (TRows.Value > 9) { a90 = TOps.Load(sums + 9 * width); if (TForm.Value > 1) a91 = TOps.Load(other + 9 * width); }
        if (TRows.Value > 10) { aA0 = TOps.Load(sums + 10 * width); if (TForm.Value > 1) aA1 = TOps.Load(other + 10 * width); }
        if (TRows.Value > 11) { aB0 = TOps.Load(sums + 11 * width); if (TForm.Value > 1) aB1 = TOps.Load(other + 11 * width); }
        int tail = tile->Tail;
        float* ahead = tile->Ahead;
        nint line = tile->AheadStep;
        nint sourceStep = tile->SourceStep, gradientStep = tile->GradientStep;
        for (int stretch = 0; stretch < tile->Stretches; stretch++)
        {
            PixelStretch place = tile->Places[stretch];
            float* x = tile->Source + place.Source;
            float* dy = tile->Gradient + place.Gradient;
            int pixels = place.Count;
            for (; pixels > 0; pixels--)
            {
                float* xs = x + second;
                TOps.Prefetch(ahead);
                ahead += line;
                TVector b0 = TForm.Value == 2 || tail == TOps.Lanes ? TOps.Load(dy) : TOps.LoadPart(dy, tail), b1 = default, v;
                if (TForm.Value == 2) b1 = tail == TOps.Lanes ? TOps.Load(dy + TOps.Lanes) : TOps.LoadPart(dy + TOps.Lanes, tail);
                if (TRows.Value > 0) { v = TOps.Create(x[0]); a00 = TOps.MultiplyAdd(v, b0, a00); if (TForm.Value == 2) a01 = TOps.MultiplyAdd(v, b1, a01); if (TForm.Value == 3) a01 = TOps.MultiplyAdd(TOps.Create(xs[0]), b0, a01); }
                if (TRows.Value > 1) { v = TOps.Create(x[1]); a10 = TOps.MultiplyAdd(v, b0, a10); if (TForm.Value == 2) a11 = TOps.MultiplyAdd(v, b1, a11); if (TForm.Value == 3) a11 = TOps.MultiplyAdd(TOps.Create(xs[1]), b0, a11); }
                if (TRows.Value > 2) { v = TOps.Create(x[2]); a20 = TOps.MultiplyAdd(v, b0, a20); if (TForm.Value == 2) a21 = TOps.MultiplyAdd(v, b1, a21); if (TForm.Value == 3) a21 = TOps.MultiplyAdd(TOps.Create(xs[2]), b0, a21); }
                if (TRows.Value > 3) { v = TOps.Create(x[3]); a30 = TOps.MultiplyAdd(v, b0, a30); if (TForm.Value == 2) a31 = TOps.MultiplyAdd(v, b1, a31); if (TForm.Value == 3) a31 = TOps.MultiplyAdd(TOps.Create(xs[3]), b0, a31); }
                if (TRows.Value > 4) { v = TOps.Create(x[4]); a40 = TOps.MultiplyAdd(v, b0, a40); if (TForm.Value == 2) a41 = TOps.MultiplyAdd(v, b1, a41); if (TForm.Value == 3) a41 = TOps.MultiplyAdd(TOps.Create(xs[4]), b0, a41); }
                if (TRows.Value > 5) { v = TOps.Create(x[5]); a50 = TOps.MultiplyAdd(v, b0, a50); if (TForm.Value == 2) a51 = TOps.MultiplyAdd(v, b1, a51); if (TForm.Value == 3) a51 = TOps.MultiplyAdd(TOps.Create(xs[5]), b0, a51); }
                if (TRows.Value > 6) { v = TOps.Create(x[6]); a60 = TOps.MultiplyAdd(v, b0, a60); if (TForm.Value == 2) a61 = TOps.MultiplyAdd(v, b1, a61); if (TForm.Value == 3) a61 = TOps.MultiplyAdd(TOps.Create(xs[6]), b0, a61); }
                if (TRows.Value > 7) { v = TOps.Create(x[7]); a70 = TOps.MultiplyAdd(v, b0, a70); if (TForm.Value == 2) a71 = TOps.MultiplyAdd(v, b1, a71); if (TForm.Value == 3) a71 = TOps.MultiplyAdd(TOps.Create(xs[7]), b0, a71); }
                if (TRows.Value > 8) { v = TOps.Create(x[8]); a80 = TOps.MultiplyAdd(v, b0, a80); if (TForm.Value == 2) a81 = TOps.MultiplyAdd(v, b1, a81); if (TForm.Value == 3) a81 = TOps.MultiplyAdd(TOps.Create(xs[8]), b0, a81); }
                if (TRows.Value > 9) { v = TOps.Create(x[9]); a90 = TOps.MultiplyAdd(v, b0, a90); if (TForm.Value == 2) a91 = TOps.MultiplyAdd(v, b1, a91); if (TForm.Value == 3) a91 = TOps.MultiplyAdd(TOps.Create(xs[9]), b0, a91); }
                if (TRows.Value > 10) { v = TOps.Create(x[10]); aA0 = TOps.MultiplyAdd(v, b0, aA0); if (TForm.Value == 2) aA1 = TOps.MultiplyAdd(v, b1, aA1); if (TForm.Value == 3) aA1 = TOps.MultiplyAdd(TOps.Create(xs[10]), b0, aA1); }
                if (TRows.Value > 11) { v = TOps.Create(x[11]); aB0 = TOps.MultiplyAdd(v, b0, aB0); if (TForm.Value == 2) aB1 = TOps.MultiplyAdd(v, b1, aB1); if (TForm.Value == 3) aB1 = TOps.MultiplyAdd(TOps.Create(xs[11]), b0, aB1); }
                x += sourceStep;
                dy += gradientStep;
            }
        }
        tile->Ahead = ahead;
        if (TRows.Value > 0) { TOps.Store(sums, a00); if (TForm.Value > 1) TOps.Store(other, a01); }
        if (TRows.Value > 1) { TOps.Store(sums + width, a10); if (TForm.Value > 1) TOps.Store(other + width, a11); }
        if (TRows.Value > 2) { TOps.Store(sums + 2 * width, a20); if (TForm.Value > 1) TOps.Store(other + 2 * width, a21); }
        if (TRows.Value > 3) { TOps.Store(sums + 3 * width, a30); if (TForm.Value > 1) TOps.Store(other + 3 * width, a31); }
        if (TRows.Value > 4) { TOps.Store(sums + 4 * width, a40); if (TForm.Value > 1) TOps.Store(other + 4 * width, a41); }
        if (TRows.Value > 5) { TOps.Store(sums + 5 * width, a50); if (TForm.Value > 1) TOps.Store(other + 5 * width, a51); }
        if (TRows.Value > 6) { TOps.Store(sums + 6 * width, a60); if (TForm.Value > 1) TOps.Store(other + 6 * width, a61); }
        if (TRows.Value > 7) { TOps.Store(sums + 7 * width, a70); if (TForm.Value > 1) TOps.Store(other + 7 * width, a71); }
        if (TRows.Value > 8) { TOps.Store(sums + 8 * width, a80); if (TForm.Value > 1) TOps.Store(other + 8 * width, a81); }
        if (TRows.Value > 9) { TOps.Store(sums + 9 * width, a90); if (TForm.Value > 1) TOps.Store(other + 9 * width, a91); }
        if (TRows.Value > 10) { TOps.Store(sums + 10 * width, aA0); if (TForm.Value > 1) TOps.Store(other + 10 * width, aA1); }
        if (TRows.Value > 11) { TOps.Store(sums + 11 * width, aB0); if (TForm.Value > 1) TOps.Store(other + 11 * width, aB1); }
    }
}
