using Pare.Kernels.Convolutions;
using Pare.Operators;

namespace Pare.Jit.Integer;

/// <summary>All that the code of a depthwise convolution depends on.</summary>
internal sealed record DepthwiseSpec
{
    /// <summary>Rows that four bytes of a sum's unit come from.</summary>
    public const int RowsOfQuad = 4;

    /// <summary>Most results of a tile: four vectors of sums each, and five more.</summary>
    public const int MostPixels = 6;

    /// <summary>The sizes.</summary>
    public required ConvShape Shape { get; init; }

    /// <summary>Channels of a vector of bytes: 32 or 64.</summary>
    public required int Width { get; init; }

    /// <summary>Bytes between two rows of the picture.</summary>
    public required int RowBytes { get; init; }

    /// <summary>What is given.</summary>
    public required IntegerResult Result { get; init; }

    /// <summary>Groups of four rows of the window; the last may have fewer.</summary>
    public int Quads => (Shape.KernelHeight + RowsOfQuad - 1) / RowsOfQuad;

    /// <summary>Vectors of weights for a block of channels.</summary>
    public int WeightVectors => Quads * Shape.KernelWidth * RowsOfQuad;
}
