namespace Pare.Kernels.Products;

/// <summary>One call of a micro-kernel: C[r, n] = clip(start[r, n] + sum_k A[k, r] * B[k, n]), a chain of fused multiply-adds over ascending k.</summary>
/// <remarks>
/// Because every kernel of every instruction set adds in this order, and a later block of k starts from what the earlier one stored,
/// the bits depend neither on the level, nor on the blocking, nor on the threads.
/// </remarks>
internal unsafe struct Tile
{
    /// <summary>How many values of k.</summary>
    public int Depth;

    /// <summary>[Depth, rows]: packed rows, row index fastest.</summary>
    public float* A;

    /// <summary>[Depth, Columns]: packed columns, column index fastest.</summary>
    public float* B;

    /// <summary>Where the result goes; a row has <c>Columns</c> numbers (half of it for a half tile).</summary>
    public float* C;

    /// <summary>Distance between rows of C, in numbers.</summary>
    public nint CStride;

    /// <summary>What the sums start from: zeros, a bias, or C itself.</summary>
    public float* Start;

    /// <summary>Distance between rows of <see cref="Start"/>; 0 repeats one row.</summary>
    public nint StartStride;

    /// <summary>Whether the result is clipped to [Low, High]; NaN stays NaN.</summary>
    public bool Clip;

    /// <summary>The lower bound when clipping.</summary>
    public float Low;

    /// <summary>The upper bound when clipping.</summary>
    public float High;

    /// <summary>Only the first half of the columns is wanted.</summary>
    public bool Half;
}
