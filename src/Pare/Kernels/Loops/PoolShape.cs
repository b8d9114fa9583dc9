namespace Pare.Kernels.Loops;

/// <summary>The sizes of a two-dimensional pooling over planes [Planes, Height, Width].</summary>
/// <remarks>The output sizes are given, so that ceiling modes need no rule here.</remarks>
internal readonly record struct PoolShape()
{
    public required int Planes { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public int StrideY { get; init; } = 1;

    public int StrideX { get; init; } = 1;

    public int DilationY { get; init; } = 1;

    public int DilationX { get; init; } = 1;

    public int PadTop { get; init; }

    public int PadLeft { get; init; }

    public int PadBottom { get; init; }

    public int PadRight { get; init; }

    public required int OutHeight { get; init; }

    public required int OutWidth { get; init; }

    /// <summary>Whether an average counts the padding (but never what lies beyond it).</summary>
    public bool CountPadding { get; init; }

    public int PlaneFloats => Height * Width;

    public int OutPlaneFloats => OutHeight * OutWidth;

    /// <summary>The common case with a kernel of its own: 2 x 2 windows side by side, nothing padded.</summary>
    public bool IsTwoByTwo => KernelHeight == 2 && KernelWidth == 2 && StrideY == 2 && StrideX == 2 && DilationX == 1 && DilationY == 1
        && PadTop == 0 && PadLeft == 0 && OutHeight * 2 <= Height && OutWidth * 2 <= Width;

    /// <summary>The taps [first, end) of a window that begins at <paramref name="start"/> which lie inside [0, size).</summary>
    public static (int First, int End) Inside(int start, int kernel, int dilation, int size)
    {
        int first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
        int end = start >= size ? 0 : Math.Min(kernel, (size - start + dilation - 1) / dilation);
        return (first, Math.Max(first, end));
    }
}
