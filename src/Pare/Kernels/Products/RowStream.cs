using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using Pare.Kernels.Vectors;

namespace Pare.Kernels.Products;

/// <summary>One call of <see cref="RowStreamCode{TOps, TVector}"/>: C[r, n] = clip(start[r, n] + sum_k A[r, k] * B[k, n]) over ascending k.</summary>
internal unsafe struct RowStream
{
    /// <summary>The most column panels at once.</summary>
    public const int MostPanels = 4;

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

/// <summary>The loop over k of <see cref="FewRows"/>, for 1 to 3 rows and 1 to 4 panels of two vectors.</summary>
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
            default: throw new ArgumentOutOfRangeException(nameof(rows), rows, "There are 1 to 3 rows.");
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
        float* x = s.A;
        float* b = s.B;
        (nint lda, nint ldb, nint lds, nint ldc) = (s.AStride, s.PanelStride, s.StartStride, s.CStride);
        (a00, a01) = (TOps.Load(s.Start), TOps.Load(s.Start + lanes));
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
        for (int k = s.Depth; k > 0; k--)
        {
            TVector x0 = TOps.Create(x[0]), x1 = TRows.Value > 1 ? TOps.Create(x[lda]) : default, x2 = TRows.Value > 2 ? TOps.Create(x[2 * lda]) : default;
            {
                TVector v = TOps.Load(b), w = TOps.Load(b + lanes);
                if (Sse.IsSupported) Prefetch(b + Ahead, columns);
                a00 = TOps.MultiplyAdd(x0, v, a00); a01 = TOps.MultiplyAdd(x0, w, a01);
                if (TRows.Value > 1) { a10 = TOps.MultiplyAdd(x1, v, a10); a11 = TOps.MultiplyAdd(x1, w, a11); }
                if (TRows.Value > 2) { a20 = TOps.MultiplyAdd(x2, v, a20); a21 = TOps.MultiplyAdd(x2, w, a21); }
            }
            if (TPanels.Value > 1)
            {
                TVector v = TOps.Load(b + ldb), w = TOps.Load(b + ldb + lanes);
                if (Sse.IsSupported) Prefetch(b + ldb + Ahead, columns);
                a02 = TOps.MultiplyAdd(x0, v, a02); a03 = TOps.MultiplyAdd(x0, w, a03);
                if (TRows.Value > 1) { a12 = TOps.MultiplyAdd(x1, v, a12); a13 = TOps.MultiplyAdd(x1, w, a13); }
                if (TRows.Value > 2) { a22 = TOps.MultiplyAdd(x2, v, a22); a23 = TOps.MultiplyAdd(x2, w, a23); }
            }
            if (TPanels.Value > 2)
            {
                TVector v = TOps.Load(b + 2 * ldb), w = TOps.Load(b + 2 * ldb + lanes);
                if (Sse.IsSupported) Prefetch(b + 2 * ldb + Ahead, columns);
                a04 = TOps.MultiplyAdd(x0, v, a04); a05 = TOps.MultiplyAdd(x0, w, a05);
                if (TRows.Value > 1) { a14 = TOps.MultiplyAdd(x1, v, a14); a15 = TOps.MultiplyAdd(x1, w, a15); }
                if (TRows.Value > 2) { a24 = TOps.MultiplyAdd(x2, v, a24); a25 = TOps.MultiplyAdd(x2, w, a25); }
            }
            if (TPanels.Value > 3)
            {
                TVector v = TOps.Load(b + 3 * ldb), w = TOps.Load(b + 3 * ldb + lanes);
                if (Sse.IsSupported) Prefetch(b + 3 * ldb + Ahead, columns);
                a06 = TOps.MultiplyAdd(x0, v, a06); a07 = TOps.MultiplyAdd(x0, w, a07);
                if (TRows.Value > 1) { a16 = TOps.MultiplyAdd(x1, v, a16); a17 = TOps.MultiplyAdd(x1, w, a17); }
                if (TRows.Value > 2) { a26 = TOps.MultiplyAdd(x2, v, a26); a27 = TOps.MultiplyAdd(x2, w, a27); }
            }
            x++;
            b += columns;
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
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch(float* at, int columns)
    {
        Sse.Prefetch0(at);
        if (columns > 16)
            Sse.Prefetch0(at + 16);
    }
}
