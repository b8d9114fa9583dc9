namespace Pare.Kernels.Products;

/// <summary>C[M, N] = clip(start + A[M, K] * B[K, N]), row-major; the operands may be stored transposed or packed beforehand.</summary>
internal unsafe struct Product
{
    /// <summary>Rows of A and C.</summary>
    public int M;

    /// <summary>Columns of B and C.</summary>
    public int N;

    /// <summary>Columns of A and rows of B.</summary>
    public int K;

    /// <summary>[M, K], or [K, M] when transposed; unread when <see cref="PackedA"/> is given.</summary>
    public float* A;

    /// <summary>Distance between stored rows of A.</summary>
    public nint AStride;

    /// <summary>A is stored as [K, M].</summary>
    public bool TransposeA;

    /// <summary>[K, N], or [N, K] when transposed; unread when <see cref="PackedB"/> is given.</summary>
    public float* B;

    /// <summary>Distance between stored rows of B.</summary>
    public nint BStride;

    /// <summary>B is stored as [N, K].</summary>
    public bool TransposeB;

    /// <summary>[M, N].</summary>
    public float* C;

    /// <summary>Distance between rows of C.</summary>
    public nint CStride;

    /// <summary>Null, or A as <see cref="MatrixProduct.PackA"/> left it.</summary>
    public float* PackedA;

    /// <summary>Null, or B as <see cref="MatrixProduct.PackB"/> left it.</summary>
    public float* PackedB;

    /// <summary>Null, or what gives the columns of B; then <see cref="B"/> and <see cref="PackedB"/> are unread.</summary>
    public ColumnSource? Columns;

    /// <summary>Adds to what C holds; then there is no bias.</summary>
    public bool Accumulate;

    /// <summary>Null, or [M]: what the sums of a row start from.</summary>
    public float* RowBias;

    /// <summary>Null, or [N]: what the sums of a column start from; not together with <see cref="RowBias"/>.</summary>
    public float* ColumnBias;

    /// <summary>Whether results are clipped to [Low, High]; a rectifier is [0, infinity].</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;

    /// <summary>A product of dense row-major matrices.</summary>
    public static Product Dense(int m, int n, int k, float* a, float* b, float* c, bool transposeA = false, bool transposeB = false) => new()
    {
        M = m,
        N = n,
        K = k,
        A = a,
        AStride = transposeA ? m : k,
        TransposeA = transposeA,
        B = b,
        BStride = transposeB ? k : n,
        TransposeB = transposeB,
        C = c,
        CStride = n,
    };
}
