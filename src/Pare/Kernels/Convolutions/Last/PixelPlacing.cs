namespace Pare.Kernels.Convolutions.Last;

/// <summary>Where the results of a convolution lie, in pixels: at Start + picture * Picture + row * Row + column * Column.</summary>
/// <param name="Start">The first result.</param>
/// <param name="Picture">From picture to picture.</param>
/// <param name="Row">From row to row.</param>
/// <param name="Column">From column to column.</param>
internal readonly record struct PixelPlacing(nint Start, nint Picture, nint Row, nint Column)
{
    /// <summary>[Batch, OutHeight, OutWidth] without gaps.</summary>
    public static PixelPlacing Dense(in ConvShape shape) => new(0, (nint)shape.OutHeight * shape.OutWidth, shape.OutWidth, 1);
}
