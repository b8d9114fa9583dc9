using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Products;

/// <summary>Turns plain matrices into the packed forms that micro-kernels stream.</summary>
internal static unsafe class Packing
{
    /// <summary>One row panel: src A[height, depth] (or its transpose) -> dst [depth, height].</summary>
    /// <param name="a">Its first row (transposed: its first column), at k = 0.</param>
    /// <param name="stride">Distance between rows of the stored matrix.</param>
    /// <param name="transposed">The matrix is stored as [k, row].</param>
    /// <param name="height">Rows of the panel.</param>
    /// <param name="depth">Values of k.</param>
    /// <param name="dst">height * depth numbers.</param>
    public static void Rows(float* a, nint stride, bool transposed, int height, int depth, float* dst)
    {
        if (transposed)
            Copy(a, stride, depth, height, dst, height);
        else
            Transposer.Run(a, stride, height, depth, dst, height);
    }

    /// <summary>One column panel: src B[depth, valid] (or its transpose) -> dst [depth, columns]; missing columns are 0.</summary>
    /// <param name="b">Its first column (transposed: its first row), at the first k.</param>
    /// <param name="stride">Distance between rows of the stored matrix.</param>
    /// <param name="transposed">The matrix is stored as [column, k].</param>
    /// <param name="depth">Values of k.</param>
    /// <param name="valid">Columns that exist.</param>
    /// <param name="columns">Columns of the panel.</param>
    /// <param name="dst">depth * columns numbers.</param>
    public static void Columns(float* b, nint stride, bool transposed, int depth, int valid, int columns, float* dst)
    {
        if (valid < columns)
            new Span<float>(dst, depth * columns).Clear();
        if (transposed)
            Transposer.Run(b, stride, valid, depth, dst, columns);
        else
            Copy(b, stride, depth, valid, dst, columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Copy(float* src, nint srcStride, int rows, int columns, float* dst, nint dstStride)
    {
        if (columns == 32)
        {
            for (int r = 0; r < rows; r++, src += srcStride, dst += dstStride)
            {
                Vector256<float> v0 = Vector256.Load(src), v1 = Vector256.Load(src + 8);
                Vector256<float> v2 = Vector256.Load(src + 16), v3 = Vector256.Load(src + 24);
                v0.Store(dst);
                v1.Store(dst + 8);
                v2.Store(dst + 16);
                v3.Store(dst + 24);
            }
            return;
        }
        for (int r = 0; r < rows; r++, src += srcStride, dst += dstStride)
        {
            int c = 0;
            for (; c + 8 <= columns; c += 8)
                Vector256.Load(src + c).Store(dst + c);
            if (c + 4 <= columns)
            {
                Vector128.Load(src + c).Store(dst + c);
                c += 4;
            }
            for (; c < columns; c++)
                dst[c] = src[c];
        }
    }
}
