using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Kernels.Integer.Products;

/// <summary>The rows of a picture that some output rows of a convolution see, where kernels read them: copied beside their padding, or where they lie.</summary>
internal sealed unsafe class PictureBands
{
    private const int WindowBytes = 192 << 10;
    private const int PixelBytes = 32 << 10;          // windows of one pixel have short sums: what they read stays in the first cache
    private const int Slack = 64;                     // last units and vectors are read beyond the last number

    private readonly ConvShape _shape;
    private readonly PixelStage _stage;
    private readonly bool _inPlace;
    private readonly int _rowPixels, _copied;

    /// <summary>Decides how many rows are a band.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="stage">How numbers are copied.</param>
    /// <param name="inPlace">They need not be copied.</param>
    public PictureBands(in ConvShape shape, PixelStage stage, bool inPlace)
    {
        (_shape, _stage, _inPlace) = (shape, stage, inPlace);
        int seen = (shape.OutWidth - 1) * shape.StrideX + (shape.KernelWidth - 1) * shape.DilationX + 1, reach = (shape.KernelHeight - 1) * shape.DilationY;
        _rowPixels = inPlace ? shape.Width : seen;
        _copied = Math.Clamp(seen - shape.PadLeft, 0, shape.Width);
        RowBytes = _rowPixels * shape.Channels * stage.NumberBytes;
        int most = shape.Taps == 1 ? PixelBytes : WindowBytes;
        Most = Math.Clamp((most / RowBytes - reach - 1) / shape.StrideY + 1, 1, shape.OutHeight);
        StageBytes = inPlace ? 0 : Blocks.RoundUp(((Most - 1) * shape.StrideY + reach + 1) * RowBytes + Slack, Slack);
    }

    /// <summary>Bytes between two rows.</summary>
    public int RowBytes { get; }

    /// <summary>Most output rows of a band.</summary>
    public int Most { get; }

    /// <summary>Memory for a band.</summary>
    public long StageBytes { get; }

    /// <summary>Where the window of the first output of a band begins.</summary>
    /// <param name="source">All pictures.</param>
    /// <param name="picture">Which one.</param>
    /// <param name="top">The first output row.</param>
    /// <param name="count">Output rows.</param>
    /// <param name="stage">Memory for a band.</param>
    public byte* Of(byte* source, int picture, int top, int count, byte* stage)
    {
        byte* from = source + (nint)picture * _shape.Height * _shape.Width * _shape.Channels;
        if (_inPlace) return from + (nint)top * _shape.StrideY * RowBytes;
        Copy(from, top * _shape.StrideY - _shape.PadTop, (count - 1) * _shape.StrideY + (_shape.KernelHeight - 1) * _shape.DilationY + 1, stage);
        return stage;
    }

    // Rows of a picture from one on, which may lie above it.
    private void Copy(byte* picture, int first, int rows, byte* to)
    {
        nint line = (nint)_shape.Width * _shape.Channels;
        int left = Math.Min(_shape.PadLeft, _rowPixels) * _shape.Channels, copied = _copied * _shape.Channels, all = _rowPixels * _shape.Channels;
        if (copied == all && copied == line && first >= 0 && first + rows <= _shape.Height)
        {
            _stage.Copy(picture + first * line, to, rows * all);
            return;
        }
        for (int row = first; row < first + rows; row++, to += RowBytes)
        {
            if (row < 0 || row >= _shape.Height)
            {
                _stage.Fill(to, all);
                continue;
            }
            _stage.Fill(to, left);
            _stage.Copy(picture + row * line, to + left * _stage.NumberBytes, copied);
            _stage.Fill(to + (left + copied) * _stage.NumberBytes, all - left - copied);
        }
    }
}
