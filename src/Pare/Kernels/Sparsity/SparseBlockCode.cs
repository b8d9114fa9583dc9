using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Sparsity;

/// <summary>The code of <see cref="SparseTile"/> where nonzeros are blocks of four output channels, for 1 to 6 vectors.</summary>
/// <remarks>
/// A vector of pixels is read once for four multiply-adds, and the four weights of a block stay in registers for all vectors, so that arithmetic
/// is the bound and not the first cache: 29 registers at most. The conditions on <c>TVectors</c> are constants of the compiled code.
/// </remarks>
internal static unsafe class SparseBlockCode<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Runs a tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TVectors>(SparseTile* tile) where TVectors : struct, ICount
    {
        TOps.Require();
        int lanes = TOps.Lanes;
        byte* area = tile->Area;
        float* values = tile->Values;
        ushort* offsets = tile->Offsets;
        float* ahead = tile->Ahead;
        nint i = 0;
        for (uint* rows = tile->Rows, last = rows + tile->Count; rows < last; rows++)
        {
            uint row = *rows;
            nint end = i + (nint)(row >> 16);
            float* to0 = tile->Sums + (nint)(row & 0xFFFF) * (TVectors.Value * lanes);
            float* to1 = to0 + TVectors.Value * lanes;
            float* to2 = to1 + TVectors.Value * lanes;
            float* to3 = to2 + TVectors.Value * lanes;
            TVector a0, b0, c0, d0;
            TVector a1 = default, b1 = default, c1 = default, d1 = default;
            TVector a2 = default, b2 = default, c2 = default, d2 = default;
            TVector a3 = default, b3 = default, c3 = default, d3 = default;
            TVector a4 = default, b4 = default, c4 = default, d4 = default;
            TVector a5 = default, b5 = default, c5 = default, d5 = default;
            if (tile->Start != null)
            {
                float* start = tile->Start + (row & 0xFFFF);
                (a0, b0, c0, d0) = (TOps.Create(start[0]), TOps.Create(start[1]), TOps.Create(start[2]), TOps.Create(start[3]));
                if (TVectors.Value > 1) { a1 = a0; b1 = b0; c1 = c0; d1 = d0; }
                if (TVectors.Value > 2) { a2 = a0; b2 = b0; c2 = c0; d2 = d0; }
                if (TVectors.Value > 3) { a3 = a0; b3 = b0; c3 = c0; d3 = d0; }
                if (TVectors.Value > 4) { a4 = a0; b4 = b0; c4 = c0; d4 = d0; }
                if (TVectors.Value > 5) { a5 = a0; b5 = b0; c5 = c0; d5 = d0; }
            }
            else
            {
                a0 = TOps.Load(to0); b0 = TOps.Load(to1); c0 = TOps.Load(to2); d0 = TOps.Load(to3);
                if (TVectors.Value > 1) { a1 = TOps.Load(to0 + lanes); b1 = TOps.Load(to1 + lanes); c1 = TOps.Load(to2 + lanes); d1 = TOps.Load(to3 + lanes); }
                if (TVectors.Value > 2) { a2 = TOps.Load(to0 + 2 * lanes); b2 = TOps.Load(to1 + 2 * lanes); c2 = TOps.Load(to2 + 2 * lanes); d2 = TOps.Load(to3 + 2 * lanes); }
                if (TVectors.Value > 3) { a3 = TOps.Load(to0 + 3 * lanes); b3 = TOps.Load(to1 + 3 * lanes); c3 = TOps.Load(to2 + 3 * lanes); d3 = TOps.Load(to3 + 3 * lanes); }
                if (TVectors.Value > 4) { a4 = TOps.Load(to0 + 4 * lanes); b4 = TOps.Load(to1 + 4 * lanes); c4 = TOps.Load(to2 + 4 * lanes); d4 = TOps.Load(to3 + 4 * lanes); }
                if (TVectors.Value > 5) { a5 = TOps.Load(to0 + 5 * lanes); b5 = TOps.Load(to1 + 5 * lanes); c5 = TOps.Load(to2 + 5 * lanes); d5 = TOps.Load(to3 + 5 * lanes); }
            }
            for (int line = 0; line < SparseBlocks.Outputs && ahead != null; line++, ahead += SparseTile.Line)
                for (int v = 0; v < TVectors.Value; v++) TOps.Prefetch(ahead + v * tile->AheadStep);
            for (; i < end; i++)
            {
                float* x = (float*)(area + offsets[i]);
                float* four = values + i * SparseBlocks.Outputs;
                TVector w0 = TOps.Create(four[0]), w1 = TOps.Create(four[1]), w2 = TOps.Create(four[2]), w3 = TOps.Create(four[3]);
                TVector pixels = TOps.Load(x);
                a0 = TOps.MultiplyAdd(w0, pixels, a0); b0 = TOps.MultiplyAdd(w1, pixels, b0); c0 = TOps.MultiplyAdd(w2, pixels, c0); d0 = TOps.MultiplyAdd(w3, pixels, d0);
                if (TVectors.Value > 1) { pixels = TOps.Load(x + lanes); a1 = TOps.MultiplyAdd(w0, pixels, a1); b1 = TOps.MultiplyAdd(w1, pixels, b1); c1 = TOps.MultiplyAdd(w2, pixels, c1); d1 = TOps.MultiplyAdd(w3, pixels, d1); }
                if (TVectors.Value > 2) { pixels = TOps.Load(x + 2 * lanes); a2 = TOps.MultiplyAdd(w0, pixels, a2); b2 = TOps.MultiplyAdd(w1, pixels, b2); c2 = TOps.MultiplyAdd(w2, pixels, c2); d2 = TOps.MultiplyAdd(w3, pixels, d2); }
                if (TVectors.Value > 3) { pixels = TOps.Load(x + 3 * lanes); a3 = TOps.MultiplyAdd(w0, pixels, a3); b3 = TOps.MultiplyAdd(w1, pixels, b3); c3 = TOps.MultiplyAdd(w2, pixels, c3); d3 = TOps.MultiplyAdd(w3, pixels, d3); }
                if (TVectors.Value > 4) { pixels = TOps.Load(x + 4 * lanes); a4 = TOps.MultiplyAdd(w0, pixels, a4); b4 = TOps.MultiplyAdd(w1, pixels, b4); c4 = TOps.MultiplyAdd(w2, pixels, c4); d4 = TOps.MultiplyAdd(w3, pixels, d4); }
                if (TVectors.Value > 5) { pixels = TOps.Load(x + 5 * lanes); a5 = TOps.MultiplyAdd(w0, pixels, a5); b5 = TOps.MultiplyAdd(w1, pixels, b5); c5 = TOps.MultiplyAdd(w2, pixels, c5); d5 = TOps.MultiplyAdd(w3, pixels, d5); }
            }
            if (tile->Clip)
            {
                TVector low = TOps.Create(tile->Low), high = TOps.Create(tile->High);
                a0 = TOps.Min(high, TOps.Max(low, a0)); b0 = TOps.Min(high, TOps.Max(low, b0)); c0 = TOps.Min(high, TOps.Max(low, c0)); d0 = TOps.Min(high, TOps.Max(low, d0));
                if (TVectors.Value > 1) { a1 = TOps.Min(high, TOps.Max(low, a1)); b1 = TOps.Min(high, TOps.Max(low, b1)); c1 = TOps.Min(high, TOps.Max(low, c1)); d1 = TOps.Min(high, TOps.Max(low, d1)); }
                if (TVectors.Value > 2) { a2 = TOps.Min(high, TOps.Max(low, a2)); b2 = TOps.Min(high, TOps.Max(low, b2)); c2 = TOps.Min(high, TOps.Max(low, c2)); d2 = TOps.Min(high, TOps.Max(low, d2)); }
                if (TVectors.Value > 3) { a3 = TOps.Min(high, TOps.Max(low, a3)); b3 = TOps.Min(high, TOps.Max(low, b3)); c3 = TOps.Min(high, TOps.Max(low, c3)); d3 = TOps.Min(high, TOps.Max(low, d3)); }
                if (TVectors.Value > 4) { a4 = TOps.Min(high, TOps.Max(low, a4)); b4 = TOps.Min(high, TOps.Max(low, b4)); c4 = TOps.Min(high, TOps.Max(low, c4)); d4 = TOps.Min(high, TOps.Max(low, d4)); }
                if (TVectors.Value > 5) { a5 = TOps.Min(high, TOps.Max(low, a5)); b5 = TOps.Min(high, TOps.Max(low, b5)); c5 = TOps.Min(high, TOps.Max(low, c5)); d5 = TOps.Min(high, TOps.Max(low, d5)); }
            }
            TOps.Store(to0, a0); TOps.Store(to1, b0); TOps.Store(to2, c0); TOps.Store(to3, d0);
            if (TVectors.Value > 1) { TOps.Store(to0 + lanes, a1); TOps.Store(to1 + lanes, b1); TOps.Store(to2 + lanes, c1); TOps.Store(to3 + lanes, d1); }
            if (TVectors.Value > 2) { TOps.Store(to0 + 2 * lanes, a2); TOps.Store(to1 + 2 * lanes, b2); TOps.Store(to2 + 2 * lanes, c2); TOps.Store(to3 + 2 * lanes, d2); }
            if (TVectors.Value > 3) { TOps.Store(to0 + 3 * lanes, a3); TOps.Store(to1 + 3 * lanes, b3); TOps.Store(to2 + 3 * lanes, c3); TOps.Store(to3 + 3 * lanes, d3); }
            if (TVectors.Value > 4) { TOps.Store(to0 + 4 * lanes, a4); TOps.Store(to1 + 4 * lanes, b4); TOps.Store(to2 + 4 * lanes, c4); TOps.Store(to3 + 4 * lanes, d4); }
            if (TVectors.Value > 5) { TOps.Store(to0 + 5 * lanes, a5); TOps.Store(to1 + 5 * lanes, b5); TOps.Store(to2 + 5 * lanes, c5); TOps.Store(to3 + 5 * lanes, d5); }
        }
    }
}
