using Pare.Kernels.Products;

namespace Pare.Kernels.Convolutions;

/// <summary>Turns 16 planes of a small picture into one picture of 16 channels side by side, with borders and spread zeros written out.</summary>
/// <remarks>
/// src [16, Height, Width] -> dst [rows read, columns read, 16]: what tap (kh, kw) of output (y, x) reads is number
/// (y StrideY + kh DilationY, x StrideX + kw DilationX). Channels that a block lacks are 0.
/// </remarks>
internal readonly unsafe struct ChannelBlock
{
    /// <summary>Channels of a block.</summary>
    public const int Channels = 16;

    private const int MostBytes = 256 * 1024; // stays in the second-level cache
    private readonly PlaneGeometry _g;

    /// <summary>The block of a convolution.</summary>
    public ChannelBlock(in PlaneGeometry geometry)
    {
        _g = geometry;
        Rows = geometry.RowsRead(geometry.OutHeight);
        Columns = geometry.WidthRead;
    }

    /// <summary>Rows of the block.</summary>
    public int Rows { get; }

    /// <summary>Columns of the block.</summary>
    public int Columns { get; }

    /// <summary>Numbers of the block.</summary>
    public int Floats => Rows * Columns * Channels;

    /// <summary>Whether a depthwise convolution goes this way: one output for each channel, a picture that stays in the caches.</summary>
    public static bool Fits(in ConvShape shape, in PlaneGeometry geometry) =>
        shape.GroupOutChannels == 1 && (long)geometry.RowsRead(geometry.OutHeight) * geometry.WidthRead * Channels * sizeof(float) <= MostBytes;

    /// <summary>Makes everything 0, once for many pictures: <see cref="Gather"/> writes the same places each time.</summary>
    public void Clear(float* buffer) => new Span<float>(buffer, Floats).Clear();

    /// <summary>Brings planes in.</summary>
    /// <param name="planes">The first of them.</param>
    /// <param name="count">How many, at most 16.</param>
    /// <param name="buffer">Cleared before.</param>
    public void Gather(float* planes, int count, float* buffer)
    {
        (int firstRow, int endRow) = Held(_g.PadTop, _g.UpY, _g.Height, Rows);
        (int first, int end) = Held(_g.PadLeft, _g.UpX, _g.Width, Columns);
        if (first >= end) return;
        for (int y = firstRow; y < endRow; y++)
        {
            float* to = buffer + ((nint)(y * _g.UpY + _g.PadTop) * Columns + first * _g.UpX + _g.PadLeft) * Channels;
            Transposer.Run(planes + (nint)y * _g.Width + first, (nint)_g.Height * _g.Width, count, end - first, to, Channels * _g.UpX);
        }
    }

    // Where the numbers i of an axis with 0 <= i up + pad < length begin and end.
    private static (int First, int End) Held(int pad, int up, int source, int length) =>
        (pad >= 0 ? 0 : Blocks.CeilDiv(-pad, up), length <= pad ? 0 : Math.Min(source, Blocks.CeilDiv(length - pad, up)));
}
