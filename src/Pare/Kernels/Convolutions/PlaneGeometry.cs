namespace Pare.Kernels.Convolutions;

/// <summary>A convolution as the implicit product sees it, one group of one image; the input gradient of a convolution has this form too.</summary>
/// <remarks>
/// out[m, oy, ox] = sum over (c, kh, kw) of w[m, c, kh, kw] * s[c, oy * StrideY + kh * DilationY, ox * StrideX + kw * DilationX],
/// where s is the source with (Up - 1) zeros put between its numbers and then shifted by the padding, zero outside.
/// </remarks>
internal readonly record struct PlaneGeometry
{
    public required int Rows { get; init; }

    public required int Channels { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int KernelHeight { get; init; }

    public required int KernelWidth { get; init; }

    public required int StrideY { get; init; }

    public required int StrideX { get; init; }

    public required int DilationY { get; init; }

    public required int DilationX { get; init; }

    public required int UpY { get; init; }

    public required int UpX { get; init; }

    public required int PadTop { get; init; }

    public required int PadLeft { get; init; }

    public required int OutHeight { get; init; }

    public required int OutWidth { get; init; }

    public int Taps => KernelHeight * KernelWidth;

    public int Depth => Channels * Taps;

    public int Pixels => OutHeight * OutWidth;

    /// <summary>Rows of s that <paramref name="outRows"/> output rows read.</summary>
    public int RowsRead(int outRows) => (outRows - 1) * StrideY + (KernelHeight - 1) * DilationY + 1;

    /// <summary>Numbers of a row of s that a whole output row reads.</summary>
    public int WidthRead => (OutWidth - 1) * StrideX + (KernelWidth - 1) * DilationX + 1;

    /// <summary>The forward pass.</summary>
    public static PlaneGeometry Forward(in ConvShape shape) => new()
    {
        Rows = shape.GroupOutChannels,
        Channels = shape.GroupChannels,
        Height = shape.Height,
        Width = shape.Width,
        KernelHeight = shape.KernelHeight,
        KernelWidth = shape.KernelWidth,
        StrideY = shape.StrideY,
        StrideX = shape.StrideX,
        DilationY = shape.DilationY,
        DilationX = shape.DilationX,
        UpY = 1,
        UpX = 1,
        PadTop = shape.PadTop,
        PadLeft = shape.PadLeft,
        OutHeight = shape.OutHeight,
        OutWidth = shape.OutWidth,
    };

    /// <summary>The input gradient: the output gradient, spread by the stride, convolved with turned and transposed weights. Padding may be negative.</summary>
    public static PlaneGeometry InputGradient(in ConvShape shape) => new()
    {
        Rows = shape.GroupChannels,
        Channels = shape.GroupOutChannels,
        Height = shape.OutHeight,
        Width = shape.OutWidth,
        KernelHeight = shape.KernelHeight,
        KernelWidth = shape.KernelWidth,
        StrideY = 1,
        StrideX = 1,
        DilationY = shape.DilationY,
        DilationX = shape.DilationX,
        UpY = shape.StrideY,
        UpX = shape.StrideX,
        PadTop = (shape.KernelHeight - 1) * shape.DilationY - shape.PadTop,
        PadLeft = (shape.KernelWidth - 1) * shape.DilationX - shape.PadLeft,
        OutHeight = shape.Height,
        OutWidth = shape.Width,
    };
}
