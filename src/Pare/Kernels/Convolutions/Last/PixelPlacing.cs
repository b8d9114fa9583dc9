namespace Pare.Kernels.Convolutions.Last;

/// <summary>Where the results of a convolution lie: at Start + picture * Picture + row * Row + column * Column, channels from there on.</summary>
/// <param name="Start">The first result.</param>
/// <param name="Picture">From picture to picture.</param>
/// <param name="Row">From row to row.</param>
/// <param name="Column">From column to column.</param>
internal readonly record struct PixelPlacing(nint Start, nint Picture, nint Row, nint Column)
{
    /// <summary>[Batch, OutHeight, OutWidth, OutChannels] without gaps.</summary>
    public static PixelPlacing Dense(in ConvShape shape)
    {
        nint column = shape.OutChannels, row = shape.OutWidth * column;
        return new PixelPlacing(0, shape.OutHeight * row, row, column);
    }
}
