
namespace Pare.Kernels.Pooling;

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

    /// <summary>Whether every window holds at least one number of the input.</summary>
    public bool EveryWindowMeetsInput =>
        Meets(OutHeight, StrideY, PadTop, KernelHeight, DilationY, Height) && Meets(OutWidth, StrideX, PadLeft, KernelWidth, DilationX, Width);

    /// <summary>How many rows of the windows of an output row an average counts.</summary>
    public int RowsCounted(int oy) => Counted(oy * StrideY - PadTop, KernelHeight, DilationY, Height, PadTop, PadBottom);

    /// <summary>How many columns of the windows of an output column an average counts.</summary>
    public int ColumnsCounted(int ox) => Counted(ox * StrideX - PadLeft, KernelWidth, DilationX, Width, PadLeft, PadRight);

    /// <summary>How many planes make a slice of work.</summary>
    public int PlanesPerSlice(int sliceFloats) => Math.Max(1, sliceFloats / Math.Max(1, PlaneFloats + OutPlaneFloats));

    /// <summary>The taps [first, end) of a window that begins at <paramref name="start"/> which lie inside [0, size).</summary>
    public static (int First, int End) Inside(int start, int kernel, int dilation, int size)
    {
        if (dilation == 1)   // without divisions
        {
            int from = Math.Max(0, -start);
            return (from, Math.Max(from, Math.Min(kernel, size - start)));
        }
        int first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
        int end = start >= size ? 0 : Math.Min(kernel, (size - start + dilation - 1) / dilation);
        return (first, Math.Max(first, end));
    }

    // Taps within the input, or within the padded input: a ceiling mode may leave part of a window beyond the padding, which never counts.
    private int Counted(int start, int kernel, int dilation, int size, int before, int after)
    {
        (int first, int end) = CountPadding ? Inside(start + before, kernel, dilation, size + before + after) : Inside(start, kernel, dilation, size);
        return end - first;
    }

    private static bool Meets(int outputs, int stride, int before, int kernel, int dilation, int size)
    {
        for (int output = 0; output < outputs; output++)
        {
            (int first, int end) = Inside(output * stride - before, kernel, dilation, size);
            if (first == end)
                return false;
        }
        return true;
    }
}
