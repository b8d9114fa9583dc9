using System.Runtime.CompilerServices;

namespace Pare.Kernels.Products;

/// <summary>4 x 8 tiles without vector instructions: what the other kernels must equal bit for bit.</summary>
internal readonly unsafe struct MicroScalar : IMicroKernel
{
    public static bool IsSupported => true;

    public static int MaxRows => 4;

    public static int Columns => 8;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(int rows, in Tile tile)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MaxRows);
        int columns = tile.Half ? Columns / 2 : Columns;
        for (int r = 0; r < rows; r++)
        {
            for (int n = 0; n < columns; n++)
            {
                float* a = tile.A + r;
                float* b = tile.B + n;
                float sum = tile.Start[r * tile.StartStride + n];
                for (int k = 0; k < tile.Depth; k++)
                    sum = float.MultiplyAddEstimate(a[k * rows], b[k * Columns], sum);
                if (tile.Clip)
                    sum = sum < tile.Low ? tile.Low : sum > tile.High ? tile.High : sum;
                tile.C[r * tile.CStride + n] = sum;
            }
        }
    }
}
