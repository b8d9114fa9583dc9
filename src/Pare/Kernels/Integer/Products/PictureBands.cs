using Pare.Kernels.Bands;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Kernels.Integer.Products;

/// <summary>The rows of a picture that some output rows of a convolution see, where kernels read them: copied beside their padding, or where they lie.</summary>
internal sealed unsafe class PictureBands
{
    private const int WindowBytes = 192 << 10;
    private const int NearBytes = 32 << 10;           // windows of one pixel have short sums: what they read stays in the first cache
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
        int most = shape.Taps == 1 ? NearBytes : WindowBytes;
        Most = Math.Clamp((most / RowBytes - reach - 1) / shape.StrideY + 1, 1, shape.OutHeight);
        StageBytes = inPlace ? 0 : Blocks.RoundUp(((Most - 1) * shape.StrideY + reach + 1) * RowBytes + Slack, Slack);
    }

    /// <summary>Bytes between two rows.</summary>
    public int RowBytes { get; }

    /// <summary>Most output rows of a band.</summary>
    public int Most { get; }

    /// <summary>Memory for a band.</summary>
    public long StageBytes { get; }

    private int PixelBytes => _shape.Channels * _stage.NumberBytes;

    /// <summary>Whether a run of the window is a whole row of it, [column][channel]; otherwise it is one place.</summary>
    public static bool ReadsRows(in ConvShape shape) => shape is { Groups: 1, DilationX: 1 };

    /// <summary>Distances in bytes from the begin of a window to each of its runs.</summary>
    public nint[] Runs()
    {
        int columns = ReadsRows(_shape) ? 1 : _shape.KernelWidth;
        return [.. Enumerable.Range(0, _shape.KernelHeight * columns).Select(
            run => (nint)(run / columns) * _shape.DilationY * RowBytes + (nint)(run % columns) * _shape.DilationX * PixelBytes)];
    }

    /// <summary>For each output pixel of a band the distance of its window from that of the first, in bytes.</summary>
    public int[] Offsets()
    {
        int width = _shape.OutWidth, rowStep = _shape.StrideY * RowBytes, columnStep = _shape.StrideX * PixelBytes;
        return [.. Enumerable.Range(0, Most * width).Select(i => i / width * rowStep + i % width * columnStep)];
    }

    /// <summary>The bands of a slice of the output rows of all pictures.</summary>
    /// <param name="slice">Which one.</param>
    /// <param name="slices">How many there are.</param>
    public BandsOfSlice Slice(int slice, int slices)
    {
        int rows = _shape.Batch * _shape.OutHeight;
        return new BandsOfSlice((int)((long)rows * slice / slices), (int)((long)rows * (slice + 1) / slices), _shape.OutHeight, Most);
    }

    /// <summary>The bands of some rows of a picture.</summary>
    public BandsOfSlice Of(int picture, RowRange rows) => new(picture * _shape.OutHeight + rows.First, picture * _shape.OutHeight + rows.End, _shape.OutHeight, Most);

    /// <summary>How many output pixels bands have, each number once.</summary>
    /// <param name="slices">Slices of the output rows.</param>
    public SortedSet<int> Counts(int slices)
    {
        var counts = new SortedSet<int>();
        for (int slice = 0; slice < slices; slice++)
            foreach (Band band in Slice(slice, slices)) counts.Add(band.Rows * _shape.OutWidth);
        return counts;
    }

    /// <summary>Where the window of the first output of a band begins.</summary>
    /// <param name="source">All pictures.</param>
    /// <param name="band">The band.</param>
    /// <param name="stage">Memory for a band.</param>
    public byte* Of(byte* source, in Band band, byte* stage)
    {
        byte* from = source + (nint)band.Picture * _shape.Height * _shape.Width * _shape.Channels;
        if (_inPlace) return from + (nint)band.Top * _shape.StrideY * RowBytes;
        Copy(from, band.Top * _shape.StrideY - _shape.PadTop, (band.Rows - 1) * _shape.StrideY + (_shape.KernelHeight - 1) * _shape.DilationY + 1, stage);
        return stage;
    }

    /// <summary>The first result of a band.</summary>
    /// <param name="destination">All results.</param>
    /// <param name="band">The band.</param>
    /// <param name="pixelBytes">Bytes between the results of two pixels.</param>
    public byte* ResultsOf(byte* destination, in Band band, int pixelBytes) =>
        destination + ((nint)band.Picture * _shape.OutHeight + band.Top) * _shape.OutWidth * pixelBytes;

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
