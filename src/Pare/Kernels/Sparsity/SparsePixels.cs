using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Kernels.Sparsity;

/// <summary>Packs the pixels that a tile reads.</summary>
/// <remarks>Only what lies within the picture is written: the memory should hold zeros before the first block of channels, then the padding stays 0.</remarks>
internal readonly unsafe struct SparsePixels
{
    private readonly SparseGeometry _geometry;
    private readonly float* _picture;
    private readonly int _columns, _top, _left, _rows, _stride, _rowStride, _height, _width, _lastEnd;
    private readonly nint _pixel;

    /// <summary>Of a tile.</summary>
    /// <param name="geometry">The tiles.</param>
    /// <param name="source">[Batch, Height, Width, Channels].</param>
    /// <param name="range">Which rows of which picture.</param>
    /// <param name="column">Which column of tiles is the first.</param>
    /// <param name="tiles">How many are beside each other.</param>
    public SparsePixels(SparseGeometry geometry, float* source, in SparseRange range, int column, int tiles)
    {
        ConvShape shape = geometry.Shape;
        _columns = (tiles - 1) * geometry.Lanes + geometry.Columns + geometry.MostShift;
        (_geometry, _pixel, _stride, _rowStride, _height, _width) = (geometry, shape.Channels, shape.StrideX, shape.StrideY, geometry.IsFlat ? range.EndRow : shape.Height, shape.Width);
        _picture = source + (nint)range.Picture * shape.Height * shape.Width * shape.Channels;
        int first = range.FirstRow * shape.StrideY;
        _top = first - shape.PadTop;
        _left = column * geometry.Lanes * shape.StrideX - shape.PadLeft;
        _rows = Math.Min(geometry.InputRows, (range.EndRow - 1) * shape.StrideY + (shape.KernelHeight - 1) * shape.DilationY + 1 - first);
        _lastEnd = geometry.IsFlat ? range.Pixels - (range.EndRow - 1) * shape.Width : int.MaxValue;
    }

    /// <summary>How far into the stage its rows begin, so that those of the picture are aligned.</summary>
    public int Shift => _left >= 0 ? 0 : _geometry.Lanes - (_stride - 1 - _left) / _stride % _geometry.Lanes;

    /// <summary>Packs channels of a kernel one column wide: [channel][slot][lane].</summary>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">How many.</param>
    /// <param name="area">Room for <see cref="SparseGeometry.AreaFloats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(int first, int channels, float* area)
    {
        int[] inputs = _geometry.SlotInputs;
        int lanes = _geometry.Lanes, columns = _geometry.Columns, rows = _geometry.RowsPerVector;
        nint step = (nint)inputs.Length * lanes;
        for (int row = 0; row < rows; row++)
        {
            SparseRow work = Row(0, columns, channels, step);
            float* to = area + row * columns;
            for (int slot = 0; slot < inputs.Length; slot++, to += lanes)
            {
                if (inputs[slot] + row * _rowStride is var input && input < _rows) Copy(work, to, input, 0, first);
            }
        }
    }

    /// <summary>Stages channels: [channel][input row][phase of the column stride][column].</summary>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">How many.</param>
    /// <param name="stage">Room for <see cref="SparseGeometry.StageFloats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Stage(int first, int channels, float* stage)
    {
        int width = _geometry.StageWidth;
        for (int phase = 0; phase < _stride; phase++)
        {
            SparseRow work = Row(phase, _columns, channels, _geometry.StageChannel);
            float* to = stage + Shift + phase * width;
            for (int row = 0; row < _rows; row++, to += _stride * width) Copy(work, to, row, phase, first);
        }
    }

    // Every stride-th pixel of an input row: which of them lie within the picture.
    private SparseRow Row(int phase, int columns, int channels, nint step)
    {
        int left = _left + phase, begin = left >= 0 ? 0 : Math.Min(columns, (_stride - 1 - left) / _stride);
        return new SparseRow(begin, Math.Clamp((_width - left + _stride - 1) / _stride, begin, columns), channels, step);
    }

    // Transposed: to[channel * step + column]; what lies outside of the picture is left as it is.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy(in SparseRow row, float* to, int input, int phase, int first)
    {
        int y = _top + input, end = row.End;
        if ((uint)y >= (uint)_height) return;
        if (y == _height - 1) end = Math.Min(end, _lastEnd);
        if (end <= row.Begin) return;
        nint pixel = (nint)y * _width + _left + phase + row.Begin * _stride;
        Transposer.Run(_picture + pixel * _pixel + first, _stride * _pixel, end - row.Begin, row.Channels, to + row.Begin, row.Step);
    }

    // Columns of a row that lie within the picture, and where they go.
    private readonly record struct SparseRow(int Begin, int End, int Channels, nint Step);
}
