using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Products;

/// <summary>12 x 32 tiles in 24 of the 32 registers of AVX-512: 24 fused multiply-adds for 14 loads, so that arithmetic is the limit.</summary>
/// <remarks>No tail: <see cref="Tile"/>s are whole, edges are copied by <see cref="Sweep"/>. Equals <see cref="MicroScalar"/> bit for bit.</remarks>
internal readonly unsafe struct MicroAvx512 : IMicroKernel
{
    public static bool IsSupported => Avx512F.IsSupported;

    public static int MaxRows => 12;

    public static int Columns => 32;

    public static void Run(int rows, in Tile tile)
    {
        if (tile.Half)
            Dispatch<N1>(rows, tile);
        else
            Dispatch<N2>(rows, tile);
    }

    private static void Dispatch<TVectors>(int rows, in Tile tile) where TVectors : struct, ICount
    {
        switch (rows)
        {
            case 1: Multiply<N1, TVectors>(tile); break;
            case 2: Multiply<N2, TVectors>(tile); break;
            case 3: Multiply<N3, TVectors>(tile); break;
            case 4: Multiply<N4, TVectors>(tile); break;
            case 5: Multiply<N5, TVectors>(tile); break;
            case 6: Multiply<N6, TVectors>(tile); break;
            case 7: Multiply<N7, TVectors>(tile); break;
            case 8: Multiply<N8, TVectors>(tile); break;
            case 9: Multiply<N9, TVectors>(tile); break;
            case 10: Multiply<N10, TVectors>(tile); break;
            case 11: Multiply<N11, TVectors>(tile); break;
            case 12: Multiply<N12, TVectors>(tile); break;
            default: throw new ArgumentOutOfRangeException(nameof(rows), rows, "A tile of this kernel has 1 to 12 rows.");
        }
    }

    // cRV: row R, vector V of the tile. The conditions are constants of the compiled code, so unused rows cost nothing.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TVectors>(in Tile tile) where TRows : struct, ICount where TVectors : struct, ICount
    {
        if (!IsSupported)
            throw new PlatformNotSupportedException();
        float* a = tile.A;
        float* b = tile.B;
        float* c = tile.C;
        float* s = tile.Start;
        (nint ldc, nint lds) = (tile.CStride, tile.StartStride);
        Vector512<float> c00 = default, c01 = default;
        Vector512<float> c10 = default, c11 = default;
        Vector512<float> c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default;
        Vector512<float> c50 = default, c51 = default;
        Vector512<float> c60 = default, c61 = default;
        Vector512<float> c70 = default, c71 = default;
        Vector512<float> c80 = default, c81 = default;
        Vector512<float> c90 = default, c91 = default;
        Vector512<float> cA0 = default, cA1 = default;
        Vector512<float> cB0 = default, cB1 = default;
        if (TRows.Value > 0) Load<TVectors>(s, out c00, out c01);
        if (TRows.Value > 1) Load<TVectors>(s + lds, out c10, out c11);
        if (TRows.Value > 2) Load<TVectors>(s + 2 * lds, out c20, out c21);
        if (TRows.Value > 3) Load<TVectors>(s + 3 * lds, out c30, out c31);
        if (TRows.Value > 4) Load<TVectors>(s + 4 * lds, out c40, out c41);
        if (TRows.Value > 5) Load<TVectors>(s + 5 * lds, out c50, out c51);
        if (TRows.Value > 6) Load<TVectors>(s + 6 * lds, out c60, out c61);
        if (TRows.Value > 7) Load<TVectors>(s + 7 * lds, out c70, out c71);
        if (TRows.Value > 8) Load<TVectors>(s + 8 * lds, out c80, out c81);
        if (TRows.Value > 9) Load<TVectors>(s + 9 * lds, out c90, out c91);
        if (TRows.Value > 10) Load<TVectors>(s + 10 * lds, out cA0, out cA1);
        if (TRows.Value > 11) Load<TVectors>(s + 11 * lds, out cB0, out cB1);
        for (int k = tile.Depth; k > 0; k--)
        {
            Vector512<float> b0 = Avx512F.LoadVector512(b), b1 = TVectors.Value > 1 ? Avx512F.LoadVector512(b + 16) : default, x;
            if (TRows.Value > 0) { x = Vector512.Create(a[0]); c00 = Fused(x, b0, c00); if (TVectors.Value > 1) c01 = Fused(x, b1, c01); }
            if (TRows.Value > 1) { x = Vector512.Create(a[1]); c10 = Fused(x, b0, c10); if (TVectors.Value > 1) c11 = Fused(x, b1, c11); }
            if (TRows.Value > 2) { x = Vector512.Create(a[2]); c20 = Fused(x, b0, c20); if (TVectors.Value > 1) c21 = Fused(x, b1, c21); }
            if (TRows.Value > 3) { x = Vector512.Create(a[3]); c30 = Fused(x, b0, c30); if (TVectors.Value > 1) c31 = Fused(x, b1, c31); }
            if (TRows.Value > 4) { x = Vector512.Create(a[4]); c40 = Fused(x, b0, c40); if (TVectors.Value > 1) c41 = Fused(x, b1, c41); }
            if (TRows.Value > 5) { x = Vector512.Create(a[5]); c50 = Fused(x, b0, c50); if (TVectors.Value > 1) c51 = Fused(x, b1, c51); }
            if (TRows.Value > 6) { x = Vector512.Create(a[6]); c60 = Fused(x, b0, c60); if (TVectors.Value > 1) c61 = Fused(x, b1, c61); }
            if (TRows.Value > 7) { x = Vector512.Create(a[7]); c70 = Fused(x, b0, c70); if (TVectors.Value > 1) c71 = Fused(x, b1, c71); }
            if (TRows.Value > 8) { x = Vector512.Create(a[8]); c80 = Fused(x, b0, c80); if (TVectors.Value > 1) c81 = Fused(x, b1, c81); }
            if (TRows.Value > 9) { x = Vector512.Create(a[9]); c90 = Fused(x, b0, c90); if (TVectors.Value > 1) c91 = Fused(x, b1, c91); }
            if (TRows.Value > 10) { x = Vector512.Create(a[10]); cA0 = Fused(x, b0, cA0); if (TVectors.Value > 1) cA1 = Fused(x, b1, cA1); }
            if (TRows.Value > 11) { x = Vector512.Create(a[11]); cB0 = Fused(x, b0, cB0); if (TVectors.Value > 1) cB1 = Fused(x, b1, cB1); }
            a += TRows.Value;
            b += Columns;
        }
        if (tile.Clip)
        {
            Vector512<float> low = Vector512.Create(tile.Low), high = Vector512.Create(tile.High);
            if (TRows.Value > 0) { c00 = Clip(low, high, c00); c01 = Clip(low, high, c01); }
            if (TRows.Value > 1) { c10 = Clip(low, high, c10); c11 = Clip(low, high, c11); }
            if (TRows.Value > 2) { c20 = Clip(low, high, c20); c21 = Clip(low, high, c21); }
            if (TRows.Value > 3) { c30 = Clip(low, high, c30); c31 = Clip(low, high, c31); }
            if (TRows.Value > 4) { c40 = Clip(low, high, c40); c41 = Clip(low, high, c41); }
            if (TRows.Value > 5) { c50 = Clip(low, high, c50); c51 = Clip(low, high, c51); }
            if (TRows.Value > 6) { c60 = Clip(low, high, c60); c61 = Clip(low, high, c61); }
            if (TRows.Value > 7) { c70 = Clip(low, high, c70); c71 = Clip(low, high, c71); }
            if (TRows.Value > 8) { c80 = Clip(low, high, c80); c81 = Clip(low, high, c81); }
            if (TRows.Value > 9) { c90 = Clip(low, high, c90); c91 = Clip(low, high, c91); }
            if (TRows.Value > 10) { cA0 = Clip(low, high, cA0); cA1 = Clip(low, high, cA1); }
            if (TRows.Value > 11) { cB0 = Clip(low, high, cB0); cB1 = Clip(low, high, cB1); }
        }
        if (TRows.Value > 0) Store<TVectors>(c, c00, c01);
        if (TRows.Value > 1) Store<TVectors>(c + ldc, c10, c11);
        if (TRows.Value > 2) Store<TVectors>(c + 2 * ldc, c20, c21);
        if (TRows.Value > 3) Store<TVectors>(c + 3 * ldc, c30, c31);
        if (TRows.Value > 4) Store<TVectors>(c + 4 * ldc, c40, c41);
        if (TRows.Value > 5) Store<TVectors>(c + 5 * ldc, c50, c51);
        if (TRows.Value > 6) Store<TVectors>(c + 6 * ldc, c60, c61);
        if (TRows.Value > 7) Store<TVectors>(c + 7 * ldc, c70, c71);
        if (TRows.Value > 8) Store<TVectors>(c + 8 * ldc, c80, c81);
        if (TRows.Value > 9) Store<TVectors>(c + 9 * ldc, c90, c91);
        if (TRows.Value > 10) Store<TVectors>(c + 10 * ldc, cA0, cA1);
        if (TRows.Value > 11) Store<TVectors>(c + 11 * ldc, cB0, cB1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TVectors>(float* from, out Vector512<float> v0, out Vector512<float> v1) where TVectors : struct, ICount
    {
        v0 = Avx512F.LoadVector512(from);
        v1 = TVectors.Value > 1 ? Avx512F.LoadVector512(from + 16) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* to, Vector512<float> v0, Vector512<float> v1) where TVectors : struct, ICount
    {
        Avx512F.Store(to, v0);
        if (TVectors.Value > 1)
            Avx512F.Store(to + 16, v1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Fused(Vector512<float> x, Vector512<float> b, Vector512<float> c) => Avx512F.FusedMultiplyAdd(x, b, c);

    // The bound comes first: of a NaN and a number, the native instructions give the second operand, so NaN stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Clip(Vector512<float> low, Vector512<float> high, Vector512<float> x) =>
        Avx512F.Min(high, Avx512F.Max(low, x));
}
