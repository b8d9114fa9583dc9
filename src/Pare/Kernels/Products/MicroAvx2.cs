using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Pare.Kernels.Products;

/// <summary>6 x 16 tiles in 12 of the 16 registers of AVX2.</summary>
/// <remarks>No tail: <see cref="Tile"/>s are whole, edges are copied by <see cref="Sweep"/>. Equals <see cref="MicroScalar"/> bit for bit.</remarks>
internal readonly unsafe struct MicroAvx2 : IMicroKernel
{
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int MaxRows => 6;

    public static int Columns => 16;

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
            default: throw new ArgumentOutOfRangeException(nameof(rows), rows, "A tile of this kernel has 1 to 6 rows.");
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
        Vector256<float> c00 = default, c01 = default;
        Vector256<float> c10 = default, c11 = default;
        Vector256<float> c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default;
        Vector256<float> c40 = default, c41 = default;
        Vector256<float> c50 = default, c51 = default;
        if (TRows.Value > 0) Load<TVectors>(s, out c00, out c01);
        if (TRows.Value > 1) Load<TVectors>(s + lds, out c10, out c11);
        if (TRows.Value > 2) Load<TVectors>(s + 2 * lds, out c20, out c21);
        if (TRows.Value > 3) Load<TVectors>(s + 3 * lds, out c30, out c31);
        if (TRows.Value > 4) Load<TVectors>(s + 4 * lds, out c40, out c41);
        if (TRows.Value > 5) Load<TVectors>(s + 5 * lds, out c50, out c51);
        for (int k = tile.Depth; k > 0; k--)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = TVectors.Value > 1 ? Vector256.Load(b + 8) : default, x;
            if (TRows.Value > 0) { x = Vector256.Create(a[0]); c00 = Fused(x, b0, c00); if (TVectors.Value > 1) c01 = Fused(x, b1, c01); }
            if (TRows.Value > 1) { x = Vector256.Create(a[1]); c10 = Fused(x, b0, c10); if (TVectors.Value > 1) c11 = Fused(x, b1, c11); }
            if (TRows.Value > 2) { x = Vector256.Create(a[2]); c20 = Fused(x, b0, c20); if (TVectors.Value > 1) c21 = Fused(x, b1, c21); }
            if (TRows.Value > 3) { x = Vector256.Create(a[3]); c30 = Fused(x, b0, c30); if (TVectors.Value > 1) c31 = Fused(x, b1, c31); }
            if (TRows.Value > 4) { x = Vector256.Create(a[4]); c40 = Fused(x, b0, c40); if (TVectors.Value > 1) c41 = Fused(x, b1, c41); }
            if (TRows.Value > 5) { x = Vector256.Create(a[5]); c50 = Fused(x, b0, c50); if (TVectors.Value > 1) c51 = Fused(x, b1, c51); }
            a += TRows.Value;
            b += Columns;
        }
        if (tile.Clip)
        {
            Vector256<float> low = Vector256.Create(tile.Low), high = Vector256.Create(tile.High);
            if (TRows.Value > 0) { c00 = Clip(low, high, c00); c01 = Clip(low, high, c01); }
            if (TRows.Value > 1) { c10 = Clip(low, high, c10); c11 = Clip(low, high, c11); }
            if (TRows.Value > 2) { c20 = Clip(low, high, c20); c21 = Clip(low, high, c21); }
            if (TRows.Value > 3) { c30 = Clip(low, high, c30); c31 = Clip(low, high, c31); }
            if (TRows.Value > 4) { c40 = Clip(low, high, c40); c41 = Clip(low, high, c41); }
            if (TRows.Value > 5) { c50 = Clip(low, high, c50); c51 = Clip(low, high, c51); }
        }
        if (TRows.Value > 0) Store<TVectors>(c, c00, c01);
        if (TRows.Value > 1) Store<TVectors>(c + ldc, c10, c11);
        if (TRows.Value > 2) Store<TVectors>(c + 2 * ldc, c20, c21);
        if (TRows.Value > 3) Store<TVectors>(c + 3 * ldc, c30, c31);
        if (TRows.Value > 4) Store<TVectors>(c + 4 * ldc, c40, c41);
        if (TRows.Value > 5) Store<TVectors>(c + 5 * ldc, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<TVectors>(float* from, out Vector256<float> v0, out Vector256<float> v1) where TVectors : struct, ICount
    {
        v0 = Vector256.Load(from);
        v1 = TVectors.Value > 1 ? Vector256.Load(from + 8) : default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* to, Vector256<float> v0, Vector256<float> v1) where TVectors : struct, ICount
    {
        v0.Store(to);
        if (TVectors.Value > 1)
            v1.Store(to + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fused(Vector256<float> x, Vector256<float> b, Vector256<float> c) => Fma.MultiplyAdd(x, b, c);

    // The bound comes first: of a NaN and a number, the native instructions give the second operand, so NaN stays.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Clip(Vector256<float> low, Vector256<float> high, Vector256<float> x) =>
        Vector256.MinNative(high, Vector256.MaxNative(low, x));
}
