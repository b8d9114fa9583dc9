using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Sparsity;

/// <summary>The code of <see cref="SparseTile"/> for 1 to 8 vectors.</summary>
/// <remarks>
/// Each nonzero is one broadcast and, for each vector, one multiply-add that reads memory: aligned, from the first cache. Up to four vectors have
/// two sets of sums, for every other nonzero, because one alone would wait for the latency of additions. Rows of equal length follow each other,
/// so that the ends of the loop over nonzeros are foreseen. The conditions on <c>TVectors</c> are constants of the compiled code.
/// </remarks>
internal static unsafe class SparseTileCode<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    /// <summary>Runs a tile of 5 to 8 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Wide<TVectors>(SparseTile* tile) where TVectors : struct, ICount
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
            float* sums = tile->Sums + (nint)(row & 0xFFFF) * (TVectors.Value * lanes);
            TVector a0, a1, a2, a3, a4, a5 = default, a6 = default, a7 = default;
            if (tile->Start != null)
            {
                a0 = TOps.Create(tile->Start[row & 0xFFFF]);
                a1 = a0; a2 = a0; a3 = a0; a4 = a0; a5 = a0; a6 = a0; a7 = a0;
            }
            else
            {
                a0 = TOps.Load(sums); a1 = TOps.Load(sums + lanes); a2 = TOps.Load(sums + 2 * lanes); a3 = TOps.Load(sums + 3 * lanes); a4 = TOps.Load(sums + 4 * lanes);
                if (TVectors.Value > 5) a5 = TOps.Load(sums + 5 * lanes);
                if (TVectors.Value > 6) a6 = TOps.Load(sums + 6 * lanes);
                if (TVectors.Value > 7) a7 = TOps.Load(sums + 7 * lanes);
            }
            if (ahead != null)
            {
                for (int v = 0; v < TVectors.Value; v++) TOps.Prefetch(ahead + v * tile->AheadStep);
                ahead += SparseTile.Line;
            }
            for (; i < end; i++)
            {
                float* x = (float*)(area + offsets[i]);
                TVector w = TOps.Create(values[i]);
                a0 = TOps.MultiplyAdd(w, TOps.Load(x), a0);
                a1 = TOps.MultiplyAdd(w, TOps.Load(x + lanes), a1);
                a2 = TOps.MultiplyAdd(w, TOps.Load(x + 2 * lanes), a2);
                a3 = TOps.MultiplyAdd(w, TOps.Load(x + 3 * lanes), a3);
                a4 = TOps.MultiplyAdd(w, TOps.Load(x + 4 * lanes), a4);
                if (TVectors.Value > 5) a5 = TOps.MultiplyAdd(w, TOps.Load(x + 5 * lanes), a5);
                if (TVectors.Value > 6) a6 = TOps.MultiplyAdd(w, TOps.Load(x + 6 * lanes), a6);
                if (TVectors.Value > 7) a7 = TOps.MultiplyAdd(w, TOps.Load(x + 7 * lanes), a7);
            }
            if (tile->Clip)
            {
                TVector low = TOps.Create(tile->Low), high = TOps.Create(tile->High);
                a0 = TOps.Min(high, TOps.Max(low, a0)); a1 = TOps.Min(high, TOps.Max(low, a1)); a2 = TOps.Min(high, TOps.Max(low, a2));
                a3 = TOps.Min(high, TOps.Max(low, a3)); a4 = TOps.Min(high, TOps.Max(low, a4)); a5 = TOps.Min(high, TOps.Max(low, a5));
                a6 = TOps.Min(high, TOps.Max(low, a6)); a7 = TOps.Min(high, TOps.Max(low, a7));
            }
            TOps.Store(sums, a0); TOps.Store(sums + lanes, a1); TOps.Store(sums + 2 * lanes, a2); TOps.Store(sums + 3 * lanes, a3); TOps.Store(sums + 4 * lanes, a4);
            if (TVectors.Value > 5) TOps.Store(sums + 5 * lanes, a5);
            if (TVectors.Value > 6) TOps.Store(sums + 6 * lanes, a6);
            if (TVectors.Value > 7) TOps.Store(sums + 7 * lanes, a7);
        }
    }

    /// <summary>Runs a tile of 1 to 4 vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Narrow<TVectors>(SparseTile* tile) where TVectors : struct, ICount
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
            float* sums = tile->Sums + (nint)(row & 0xFFFF) * (TVectors.Value * lanes);
            TVector a0, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
            if (tile->Start != null)
            {
                a0 = TOps.Create(tile->Start[row & 0xFFFF]);
                a1 = a0; a2 = a0; a3 = a0;
            }
            else
            {
                a0 = TOps.Load(sums);
                if (TVectors.Value > 1) a1 = TOps.Load(sums + lanes);
                if (TVectors.Value > 2) a2 = TOps.Load(sums + 2 * lanes);
                if (TVectors.Value > 3) a3 = TOps.Load(sums + 3 * lanes);
            }
            if (ahead != null)
            {
                for (int v = 0; v < TVectors.Value; v++) TOps.Prefetch(ahead + v * tile->AheadStep);
                ahead += SparseTile.Line;
            }
            for (; i + 1 < end; i += 2)
            {
                float* x = (float*)(area + offsets[i]), y = (float*)(area + offsets[i + 1]);
                TVector w = TOps.Create(values[i]), u = TOps.Create(values[i + 1]);
                a0 = TOps.MultiplyAdd(w, TOps.Load(x), a0);
                b0 = TOps.MultiplyAdd(u, TOps.Load(y), b0);
                if (TVectors.Value > 1) { a1 = TOps.MultiplyAdd(w, TOps.Load(x + lanes), a1); b1 = TOps.MultiplyAdd(u, TOps.Load(y + lanes), b1); }
                if (TVectors.Value > 2) { a2 = TOps.MultiplyAdd(w, TOps.Load(x + 2 * lanes), a2); b2 = TOps.MultiplyAdd(u, TOps.Load(y + 2 * lanes), b2); }
                if (TVectors.Value > 3) { a3 = TOps.MultiplyAdd(w, TOps.Load(x + 3 * lanes), a3); b3 = TOps.MultiplyAdd(u, TOps.Load(y + 3 * lanes), b3); }
            }
            if (i < end)
            {
                float* x = (float*)(area + offsets[i]);
                TVector w = TOps.Create(values[i++]);
                a0 = TOps.MultiplyAdd(w, TOps.Load(x), a0);
                if (TVectors.Value > 1) a1 = TOps.MultiplyAdd(w, TOps.Load(x + lanes), a1);
                if (TVectors.Value > 2) a2 = TOps.MultiplyAdd(w, TOps.Load(x + 2 * lanes), a2);
                if (TVectors.Value > 3) a3 = TOps.MultiplyAdd(w, TOps.Load(x + 3 * lanes), a3);
            }
            a0 = TOps.Add(a0, b0); a1 = TOps.Add(a1, b1); a2 = TOps.Add(a2, b2); a3 = TOps.Add(a3, b3);
            if (tile->Clip)
            {
                TVector low = TOps.Create(tile->Low), high = TOps.Create(tile->High);
                a0 = TOps.Min(high, TOps.Max(low, a0)); a1 = TOps.Min(high, TOps.Max(low, a1));
                a2 = TOps.Min(high, TOps.Max(low, a2)); a3 = TOps.Min(high, TOps.Max(low, a3));
            }
            TOps.Store(sums, a0);
            if (TVectors.Value > 1) TOps.Store(sums + lanes, a1);
            if (TVectors.Value > 2) TOps.Store(sums + 2 * lanes, a2);
            if (TVectors.Value > 3) TOps.Store(sums + 3 * lanes, a3);
        }
    }
}
