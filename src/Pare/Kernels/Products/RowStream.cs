using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Products;

/// <summary>One call of <see cref="RowStreamCode{TOps, TVector}"/>: C[r, n] = clip(start[r, n] + sum_k A[r, k] * B[k, n]) over ascending k.</summary>
internal unsafe struct RowStream
{
    /// <summary>How many values of k.</summary>
    public int Depth;

    /// <summary>[rows, Depth].</summary>
    public float* A;

    /// <summary>Distance between rows of A, in numbers.</summary>
    public nint AStride;

    /// <summary>Per panel [Depth, 2 vectors]: packed columns.</summary>
    public float* B;

    /// <summary>Distance between panels, in numbers.</summary>
    public nint PanelStride;

    /// <summary>Where the result goes: rows of as many columns as the panels have.</summary>
    public float* C;

    /// <summary>Distance between rows of C, in numbers.</summary>
    public nint CStride;

    /// <summary>What the sums start from; C itself perhaps.</summary>
    public float* Start;

    /// <summary>Distance between rows of <see cref="Start"/>; 0 repeats one row.</summary>
    public nint StartStride;

    /// <summary>Whether the result is clipped to [Low, High]; NaN stays NaN.</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;
}

/// <summary>The loop over k of <see cref="FewRows"/>, for 1 to 8 rows and 1 to 4 panels of two vectors: up to 3 rows with 4 panels, up to 6 with 2, up to 8 with 1.</summary>
/// <remarks>aRV: row R, vector V. The conditions are constants of the compiled code, so unused rows and panels cost nothing. No tail: panels are whole.</remarks>
internal static unsafe class RowStreamCode<TOps, TVector> where TOps : struct, IVectorOps<TVector> where TVector : unmanaged
{
    private const int Ahead = 1024;       // numbers; the processor's own prefetching stops at each page

    /// <summary>Runs it.</summary>
    public static void Run(int rows, int panels, in RowStream stream)
    {
        switch (rows)
        {
            case 1: Run<N1>(panels, stream); break;
            case 2: Run<N2>(panels, stream); break;
            case 3: Run<N3>(panels, stream); break;
            case 4: Run<N4>(panels, stream); break;
            case 5: Run<N5>(panels, stream); break;
            case 6: Run<N6>(panels, stream); break;
            case 7: Run<N7>(panels, stream); break;
            case 8: Run<N8>(panels, stream); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows), rows, "There are 1 to 8 rows.");
        }
    }

    private static void Run<TRows>(int panels, in RowStream stream) where TRows : struct, ICount
    {
        switch (panels)
        {
            case 1: Multiply<TRows, N1>(stream); break;
            case 2: Multiply<TRows, N2>(stream); break;
            case 3: Multiply<TRows, N3>(stream); break;
            case 4: Multiply<TRows, N4>(stream); break;
            default: throw new ArgumentOutOfRangeException(nameof(panels), panels, "There are 1 to 4 panels.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TPanels>(in RowStream s) where TRows : struct, ICount where TPanels : struct, ICount
    {
        TOps.Require();
        int lanes = TOps.Lanes, columns = 2 * TOps.Lanes;
        TVector a00 = default, a01 = default, a02 = default, a03 = default, a04 = default, a05 = default, a06 = default, a07 = default;
        TVector a10 = default, a11 = default, a12 = default, a13 = default, a14 = default, a15 = default, a16 = default, a17 = default;
        TVector a20 = default, a21 = default, a22 = default, a23 = default, a24 = default, a25 = default, a26 = default, a27 = default;
        TVector a30 = default, a31 = default, a32 = default, a33 = default;
        TVector a40 = default, a41 = default, a42 = default, a43 = default;
        TVector a50 = default, a51 = default, a52 = default, a53 = default;
        TVector a60 = default, a61 = default;
        TVector a70 = default, a71 = default;
        float* x = s.A;
        float* b = s.B;
        (nint lda, nint ldb, nint lds, nint ldc) = (s.AStride, s.PanelStride, s.StartStride, s.CStride);
        a00 = TOps.Load(s.Start); a01 = TOps.Load(s.Start + lanes);
        if (TPanels.Value > 1) { a02 = TOps.Load(s.Start + columns); a03 = TOps.Load(s.Start + columns + lanes); }
        if (TPanels.Value > 2) { a04 = TOps.Load(s.Start + 2 * columns); a05 = TOps.Load(s.Start + 2 * columns + lanes); }
        if (TPanels.Value > 3) { a06 = TOps.Load(s.Start + 3 * columns); a07 = TOps.Load(s.Start + 3 * columns + lanes); }
        if (TRows.Value > 1) { a10 = TOps.Load(s.Start + lds); a11 = TOps.Load(s.Start + lds + lanes); }
        if (TRows.Value > 1 && TPanels.Value > 1) { a12 = TOps.Load(s.Start + lds + columns); a13 = TOps.Load(s.Start + lds + columns + lanes); }
        if (TRows.Value > 1 && TPanels.Value > 2) { a14 = TOps.Load(s.Start + lds + 2 * columns); a15 = TOps.Load(s.Start + lds + 2 * columns + lanes); }
        if (TRows.Value > 1 && TPanels.Value > 3) { a16 = TOps.Load(s.Start + lds + 3 * columns); a17 = TOps.Load(s.Start + lds + 3 * columns + lanes); }
        if (TRows.Value > 2) { a20 = TOps.Load(s.Start + 2 * lds); a21 = TOps.Load(s.Start + 2 * lds + lanes); }
        if (TRows.Value > 2 && TPanels.Value > 1) { a22 = TOps.Load(s.Start + 2 * lds + columns); a23 = TOps.Load(s.Start + 2 * lds + columns + lanes); }
        if (TRows.Value > 2 && TPanels.Value > 2) { a24 = TOps.Load(s.Start + 2 * lds + 2 * columns); a25 = TOps.Load(s.Start + 2 * lds + 2 * columns + lanes); }
        if (TRows.Value > 2 && TPanels.Value > 3) { a26 = TOps.Load(s.Start + 2 * lds + 3 * columns); a27 = TOps.Load(s.Start + 2 * lds + 3 * columns + lanes); }
        if (TRows.Value > 3) { a30 = TOps.Load(s.Start + 3 * lds); a31 = TOps.Load(s.Start + 3 * lds + lanes); }
        if (TRows.Value > 3 && TPanels.Value > 1) { a32 = TOps.Load(s.Start + 3 * lds + columns); a33 = TOps.Load(s.Start + 3 * lds + columns + lanes); }
        if (TRows.Value > 4) { a40 = TOps.Load(s.Start + 4 * lds); a41 = TOps.Load(s.Start + 4 * lds + lanes); }
        if (TRows.Value > 4 && TPanels.Value > 1) { a42 = TOps.Load(s.Start + 4 * lds + columns); a43 = TOps.Load(s.Start + 4 * lds + columns + lanes); }
        if (TRows.Value > 5) { a50 = TOps.Load(s.Start + 5 * lds); a51 = TOps.Load(s.Start + 5 * lds + lanes); }
        if (TRows.Value > 5 && TPanels.Value > 1) { a52 = TOps.Load(s.Start + 5 * lds + columns); a53 = TOps.Load(s.Start + 5 * lds + columns + lanes); }
        if (TRows.Value > 6) { a60 = TOps.Load(s.Start + 6 * lds); a61 = TOps.Load(s.Start + 6 * lds + lanes); }
        if (TRows.Value > 7) { a70 = TOps.Load(s.Start + 7 * lds); a71 = TOps.Load(s.Start + 7 * lds + lanes); }
        for (int k = s.Depth; k > 0; k--, x++, b += columns)
        {
            TVector v, w;
            if (TRows.Value <= 3)
            {
                // Few rows: their numbers stay, the columns pass.
                TVector x0 = TOps.Create(x[0]), x1 = TRows.Value > 1 ? TOps.Create(x[lda]) : default, x2 = TRows.Value > 2 ? TOps.Create(x[2 * lda]) : default;
                Take(b, out v, out w);
                a00 = TOps.MultiplyAdd(x0, v, a00); a01 = TOps.MultiplyAdd(x0, w, a01);
                if (TRows.Value > 1) { a10 = TOps.MultiplyAdd(x1, v, a10); a11 = TOps.MultiplyAdd(x1, w, a11); }
                if (TRows.Value > 2) { a20 = TOps.MultiplyAdd(x2, v, a20); a21 = TOps.MultiplyAdd(x2, w, a21); }
                if (TPanels.Value > 1)
                {
                    Take(b + ldb, out v, out w);
                    a02 = TOps.MultiplyAdd(x0, v, a02); a03 = TOps.MultiplyAdd(x0, w, a03);
                    if (TRows.Value > 1) { a12 = TOps.MultiplyAdd(x1, v, a12); a13 = TOps.MultiplyAdd(x1, w, a13); }
                    if (TRows.Value > 2) { a22 = TOps.MultiplyAdd(x2, v, a22); a23 = TOps.MultiplyAdd(x2, w, a23); }
                }
                if (TPanels.Value > 2)
                {
                    Take(b + 2 * ldb, out v, out w);
                    a04 = TOps.MultiplyAdd(x0, v, a04); a05 = TOps.MultiplyAdd(x0, w, a05);
                    if (TRows.Value > 1) { a14 = TOps.MultiplyAdd(x1, v, a14); a15 = TOps.MultiplyAdd(x1, w, a15); }
                    if (TRows.Value > 2) { a24 = TOps.MultiplyAdd(x2, v, a24); a25 = TOps.MultiplyAdd(x2, w, a25); }
                }
                if (TPanels.Value > 3)
                {
                    Take(b + 3 * ldb, out v, out w);
                    a06 = TOps.MultiplyAdd(x0, v, a06); a07 = TOps.MultiplyAdd(x0, w, a07);
                    if (TRows.Value > 1) { a16 = TOps.MultiplyAdd(x1, v, a16); a17 = TOps.MultiplyAdd(x1, w, a17); }
                    if (TRows.Value > 2) { a26 = TOps.MultiplyAdd(x2, v, a26); a27 = TOps.MultiplyAdd(x2, w, a27); }
                }
                continue;
            }
            // More rows: the columns stay, the rows' numbers pass.
            TVector t = default, u = default, y;
            Take(b, out v, out w);
            if (TPanels.Value > 1) Take(b + ldb, out t, out u);
            y = TOps.Create(x[0]); a00 = TOps.MultiplyAdd(y, v, a00); a01 = TOps.MultiplyAdd(y, w, a01);
            if (TPanels.Value > 1) { a02 = TOps.MultiplyAdd(y, t, a02); a03 = TOps.MultiplyAdd(y, u, a03); }
            y = TOps.Create(x[lda]); a10 = TOps.MultiplyAdd(y, v, a10); a11 = TOps.MultiplyAdd(y, w, a11);
            if (TPanels.Value > 1) { a12 = TOps.MultiplyAdd(y, t, a12); a13 = TOps.MultiplyAdd(y, u, a13); }
            y = TOps.Create(x[2 * lda]); a20 = TOps.MultiplyAdd(y, v, a20); a21 = TOps.MultiplyAdd(y, w, a21);
            if (TPanels.Value > 1) { a22 = TOps.MultiplyAdd(y, t, a22); a23 = TOps.MultiplyAdd(y, u, a23); }
            y = TOps.Create(x[3 * lda]); a30 = TOps.MultiplyAdd(y, v, a30); a31 = TOps.MultiplyAdd(y, w, a31);
            if (TPanels.Value > 1) { a32 = TOps.MultiplyAdd(y, t, a32); a33 = TOps.MultiplyAdd(y, u, a33); }
            if (TRows.Value > 4) { y = TOps.Create(x[4 * lda]); a40 = TOps.MultiplyAdd(y, v, a40); a41 = TOps.MultiplyAdd(y, w, a41); }
            if (TRows.Value > 4 && TPanels.Value > 1) { a42 = TOps.MultiplyAdd(y, t, a42); a43 = TOps.MultiplyAdd(y, u, a43); }
            if (TRows.Value > 5) { y = TOps.Create(x[5 * lda]); a50 = TOps.MultiplyAdd(y, v, a50); a51 = TOps.MultiplyAdd(y, w, a51); }
            if (TRows.Value > 5 && TPanels.Value > 1) { a52 = TOps.MultiplyAdd(y, t, a52); a53 = TOps.MultiplyAdd(y, u, a53); }
            if (TRows.Value > 6) { y = TOps.Create(x[6 * lda]); a60 = TOps.MultiplyAdd(y, v, a60); a61 = TOps.MultiplyAdd(y, w, a61); }
            if (TRows.Value > 7) { y = TOps.Create(x[7 * lda]); a70 = TOps.MultiplyAdd(y, v, a70); a71 = TOps.MultiplyAdd(y, w, a71); }
        }
        if (s.Clip)
        {
            TVector low = TOps.Create(s.Low), high = TOps.Create(s.High);
            a00 = TOps.Min(high, TOps.Max(low, a00)); a01 = TOps.Min(high, TOps.Max(low, a01));
            if (TPanels.Value > 1) { a02 = TOps.Min(high, TOps.Max(low, a02)); a03 = TOps.Min(high, TOps.Max(low, a03)); }
            if (TPanels.Value > 2) { a04 = TOps.Min(high, TOps.Max(low, a04)); a05 = TOps.Min(high, TOps.Max(low, a05)); }
            if (TPanels.Value > 3) { a06 = TOps.Min(high, TOps.Max(low, a06)); a07 = TOps.Min(high, TOps.Max(low, a07)); }
            if (TRows.Value > 1) { a10 = TOps.Min(high, TOps.Max(low, a10)); a11 = TOps.Min(high, TOps.Max(low, a11)); }
            if (TRows.Value > 1 && TPanels.Value > 1) { a12 = TOps.Min(high, TOps.Max(low, a12)); a13 = TOps.Min(high, TOps.Max(low, a13)); }
            if (TRows.Value > 1 && TPanels.Value > 2) { a14 = TOps.Min(high, TOps.Max(low, a14)); a15 = TOps.Min(high, TOps.Max(low, a15)); }
            if (TRows.Value > 1 && TPanels.Value > 3) { a16 = TOps.Min(high, TOps.Max(low, a16)); a17 = TOps.Min(high, TOps.Max(low, a17)); }
            if (TRows.Value > 2) { a20 = TOps.Min(high, TOps.Max(low, a20)); a21 = TOps.Min(high, TOps.Max(low, a21)); }
            if (TRows.Value > 2 && TPanels.Value > 1) { a22 = TOps.Min(high, TOps.Max(low, a22)); a23 = TOps.Min(high, TOps.Max(low, a23)); }
            if (TRows.Value > 2 && TPanels.Value > 2) { a24 = TOps.Min(high, TOps.Max(low, a24)); a25 = TOps.Min(high, TOps.Max(low, a25)); }
            if (TRows.Value > 2 && TPanels.Value > 3) { a26 = TOps.Min(high, TOps.Max(low, a26)); a27 = TOps.Min(high, TOps.Max(low, a27)); }
            if (TRows.Value > 3) { a30 = TOps.Min(high, TOps.Max(low, a30)); a31 = TOps.Min(high, TOps.Max(low, a31)); }
            if (TRows.Value > 3 && TPanels.Value > 1) { a32 = TOps.Min(high, TOps.Max(low, a32)); a33 = TOps.Min(high, TOps.Max(low, a33)); }
            if (TRows.Value > 4) { a40 = TOps.Min(high, TOps.Max(low, a40)); a41 = TOps.Min(high, TOps.Max(low, a41)); }
            if (TRows.Value > 4 && TPanels.Value > 1) { a42 = TOps.Min(high, TOps.Max(low, a42)); a43 = TOps.Min(high, TOps.Max(low, a43)); }
            if (TRows.Value > 5) { a50 = TOps.Min(high, TOps.Max(low, a50)); a51 = TOps.Min(high, TOps.Max(low, a51)); }
            if (TRows.Value > 5 && TPanels.Value > 1) { a52 = TOps.Min(high, TOps.Max(low, a52)); a53 = TOps.Min(high, TOps.Max(low, a53)); }
            if (TRows.Value > 6) { a60 = TOps.Min(high, TOps.Max(low, a60)); a61 = TOps.Min(high, TOps.Max(low, a61)); }
            if (TRows.Value > 7) { a70 = TOps.Min(high, TOps.Max(low, a70)); a71 = TOps.Min(high, TOps.Max(low, a71)); }
        }
        TOps.Store(s.C, a00); TOps.Store(s.C + lanes, a01);
        if (TPanels.Value > 1) { TOps.Store(s.C + columns, a02); TOps.Store(s.C + columns + lanes, a03); }
        if (TPanels.Value > 2) { TOps.Store(s.C + 2 * columns, a04); TOps.Store(s.C + 2 * columns + lanes, a05); }
        if (TPanels.Value > 3) { TOps.Store(s.C + 3 * columns, a06); TOps.Store(s.C + 3 * columns + lanes, a07); }
        if (TRows.Value > 1) { TOps.Store(s.C + ldc, a10); TOps.Store(s.C + ldc + lanes, a11); }
        if (TRows.Value > 1 && TPanels.Value > 1) { TOps.Store(s.C + ldc + columns, a12); TOps.Store(s.C + ldc + columns + lanes, a13); }
        if (TRows.Value > 1 && TPanels.Value > 2) { TOps.Store(s.C + ldc + 2 * columns, a14); TOps.Store(s.C + ldc + 2 * columns + lanes, a15); }
        if (TRows.Value > 1 && TPanels.Value > 3) { TOps.Store(s.C + ldc + 3 * columns, a16); TOps.Store(s.C + ldc + 3 * columns + lanes, a17); }
        if (TRows.Value > 2) { TOps.Store(s.C + 2 * ldc, a20); TOps.Store(s.C + 2 * ldc + lanes, a21); }
        if (TRows.Value > 2 && TPanels.Value > 1) { TOps.Store(s.C + 2 * ldc + columns, a22); TOps.Store(s.C + 2 * ldc + columns + lanes, a23); }
        if (TRows.Value > 2 && TPanels.Value > 2) { TOps.Store(s.C + 2 * ldc + 2 * columns, a24); TOps.Store(s.C + 2 * ldc + 2 * columns + lanes, a25); }
        if (TRows.Value > 2 && TPanels.Value > 3) { TOps.Store(s.C + 2 * ldc + 3 * columns, a26); TOps.Store(s.C + 2 * ldc + 3 * columns + lanes, a27); }
        if (TRows.Value > 3) { TOps.Store(s.C + 3 * ldc, a30); TOps.Store(s.C + 3 * ldc + lanes, a31); }
        if (TRows.Value > 3 && TPanels.Value > 1) { TOps.Store(s.C + 3 * ldc + columns, a32); TOps.Store(s.C + 3 * ldc + columns + lanes, a33); }
        if (TRows.Value > 4) { TOps.Store(s.C + 4 * ldc, a40); TOps.Store(s.C + 4 * ldc + lanes, a41); }
        if (TRows.Value > 4 && TPanels.Value > 1) { TOps.Store(s.C + 4 * ldc + columns, a42); TOps.Store(s.C + 4 * ldc + columns + lanes, a43); }
        if (TRows.Value > 5) { TOps.Store(s.C + 5 * ldc, a50); TOps.Store(s.C + 5 * ldc + lanes, a51); }
        if (TRows.Value > 5 && TPanels.Value > 1) { TOps.Store(s.C + 5 * ldc + columns, a52); TOps.Store(s.C + 5 * ldc + columns + lanes, a53); }
        if (TRows.Value > 6) { TOps.Store(s.C + 6 * ldc, a60); TOps.Store(s.C + 6 * ldc + lanes, a61); }
        if (TRows.Value > 7) { TOps.Store(s.C + 7 * ldc, a70); TOps.Store(s.C + 7 * ldc + lanes, a71); }
    }

    // The two vectors of a panel at one k; those some k later are called for.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(float* at, out TVector v, out TVector w)
    {
        v = TOps.Load(at);
        w = TOps.Load(at + TOps.Lanes);
        if (!Sse.IsSupported)
            return;
        Sse.Prefetch0(at + Ahead);
        if (TOps.Lanes > 8)
            Sse.Prefetch0(at + Ahead + TOps.Lanes);
    }
}
