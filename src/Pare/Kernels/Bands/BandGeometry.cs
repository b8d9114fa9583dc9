using Pare.Kernels.Convolutions;
using Pare.Kernels.Pooling;
using Pare.Kernels.Products;

namespace Pare.Kernels.Bands;

/// <summary>The sizes of a kernel that computes pictures row by row, [pictures, rows, columns, channels]: which rows it reads for which.</summary>
/// <param name="Pictures">How many pictures.</param>
/// <param name="InputRows">Rows of a picture that is read.</param>
/// <param name="InputRowBytes">Bytes of such a row.</param>
/// <param name="OutputRows">Rows of a picture that is written.</param>
/// <param name="OutputRowBytes">Bytes of such a row, of the channels that the kernel computes.</param>
/// <param name="OutputColumns">Pixels of such a row.</param>
internal readonly record struct BandGeometry(int Pictures, int InputRows, long InputRowBytes, int OutputRows, long OutputRowBytes, int OutputColumns)
{
    /// <summary>Rows between the first row that a result reads and the last, the latter included.</summary>
    public int Reach { get; init; } = 1;

    /// <summary>Rows between the first rows that two results below each other read.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>How far above the picture the first result begins to read.</summary>
    public int PadTop { get; init; }

    /// <summary>Bands begin at multiples of so many rows.</summary>
    public int Together { get; init; } = 1;

    /// <summary>So many rows at a time are computed about as fast as a whole picture.</summary>
    public int GoodRows { get; init; } = 1;

    /// <summary>Of a convolution.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="numberBytes">Bytes of a number.</param>
    public static BandGeometry Of(in ConvShape shape, int numberBytes) => new(
        shape.Batch, shape.Height, (long)shape.Width * shape.Channels * numberBytes, shape.OutHeight, (long)shape.OutWidth * shape.OutChannels * numberBytes, shape.OutWidth)
    {
        Reach = (shape.KernelHeight - 1) * shape.DilationY + 1,
        Stride = shape.StrideY,
        PadTop = shape.PadTop,
    };

    /// <summary>Of a pooling.</summary>
    /// <param name="shape">Its sizes; planes are pictures.</param>
    /// <param name="channels">Numbers of a pixel.</param>
    /// <param name="numberBytes">Bytes of a number.</param>
    public static BandGeometry Of(in PoolShape shape, int channels, int numberBytes) => new(
        shape.Planes, shape.Height, (long)shape.Width * channels * numberBytes, shape.OutHeight, (long)shape.OutWidth * channels * numberBytes, shape.OutWidth)
    {
        Reach = (shape.KernelHeight - 1) * shape.DilationY + 1,
        Stride = shape.StrideY,
        PadTop = shape.PadTop,
    };

    /// <summary>For so many pixels, bringing weights from the second cache costs a direct convolution little.</summary>
    public const int PixelsForWeights = 112;

    /// <summary>The same with <see cref="GoodRows"/> of so many pixels.</summary>
    public BandGeometry WithGoodPixels(int pixels) => this with { GoodRows = Blocks.CeilDiv(pixels, OutputColumns) };

    /// <summary>Bytes of everything that is written.</summary>
    public long OutputBytes => Pictures * OutputRows * OutputRowBytes;

    /// <summary>The rows that some results read, those inside the picture.</summary>
    /// <param name="rows">Results; the first is a multiple of <see cref="Together"/>.</param>
    public RowRange Read(RowRange rows)
    {
        int first = Math.Clamp(rows.First * Stride - PadTop, 0, InputRows), end = (Blocks.RoundUp(rows.End, Together) - 1) * Stride - PadTop + Reach;
        return new RowRange(first, Math.Clamp(end, first, InputRows));
    }
}
