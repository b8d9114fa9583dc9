using System.Runtime.CompilerServices;
using Pare.Kernels.Convolutions;
using Pare.Kernels.Products;

namespace Pare.Kernels.Sparsity;

/// <summary>Packs the pixels that a tile reads.</summary>
/// <remarks>What lies outside of the picture is 0; lanes that no output uses hold anything.</remarks>
internal readonly unsafe struct SparsePixels
{
    private readonly SparseGeometry _geometry;
    private readonly float* _picture;
    private readonly int _top, _left, _rows;

    /// <summary>Of a tile.</summary>
    /// <param name="geometry">The tiles.</param>
    /// <param name="source">[Batch, Height, Width, Channels].</param>
    /// <param name="picture">Which picture.</param>
    /// <param name="strip">Which strip of it.</param>
    /// <param name="column">Which column of tiles.</param>
    public SparsePixels(SparseGeometry geometry, float* source, int picture, int strip, int column)
    {
        ConvShape shape = geometry.Shape;
        _geometry = geometry;
        _picture = source + (nint)picture * shape.Height * shape.Width * shape.Channels;
        _top = strip * geometry.Vectors * geometry.RowsPerVector * shape.StrideY - shape.PadTop;
        _left = column * geometry.Lanes * shape.StrideX - shape.PadLeft;
        _rows = Math.Min(geometry.InputRows, ((shape.OutHeight - 1) * shape.StrideY) + ((shape.KernelHeight - 1) * shape.DilationY) + 1 - (_top + shape.PadTop));
    }

    /// <summary>Packs channels of a kernel one column wide: [channel][slot][lane].</summary>
    /// <param name="first">The first channel.</param>
    /// <param name="channels">How many.</param>
    /// <param name="area">Room for <see cref="SparseGeometry.AreaFloats"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(int first, int channels, float* area)
    {
        nint step = (nint)_geometry.Slots * _geometry.Lanes;
        for (int slot = 0; slot < _geometry.SlotInputs.Length; slot++)
        {
            for (int row = 0; row < _geometry.RowsPerVector; row++)
            {
                int input = _geometry.SlotInputs[slot] + row * _geometry.Shape.StrideY;
                if (input < _rows) Row(input, 0, first, channels, _geometry.Columns, area + slot * _geometry.Lanes + row * _geometry.Columns, step);
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
        int phases = _geometry.Shape.StrideX;
        for (int row = 0; row < _rows; row++)
        {
            for (int phase = 0; phase < phases; phase++)
                Row(row, phase, first, channels, _geometry.Columns + _geometry.MostShift, stage + (nint)(row * phases + phase) * _geometry.StageWidth, _geometry.StageChannel);
        }
    }

    // Every stride-th pixel of an input row, transposed: to[channel * step + column].
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row(int row, int phase, int first, int channels, int columns, float* to, nint step)
    {
        ConvShape shape = _geometry.Shape;
        int y = _top + row, left = _left + phase, stride = shape.StrideX;
        int begin = left >= 0 ? 0 : Math.Min(columns, (stride - 1 - left) / stride);
        int width = shape.Width;
        // The last row of a flattened picture may end early.
        if (_geometry.Pixels < shape.OutHeight * shape.OutWidth) width = Math.Min(width, _geometry.Pixels - y * width);
        int end = (uint)y >= (uint)shape.Height ? begin : Math.Clamp((width - left + stride - 1) / stride, begin, columns);
        if (end == begin) (begin, end) = (columns, columns);
        if (begin > 0) Clear(to, step, channels, begin);
        if (end < columns) Clear(to + end, step, channels, columns - end);
        if (end > begin)
        {
            nint pixel = (nint)y * shape.Width + left + begin * stride;
            Transposer.Run(_picture + pixel * shape.Channels + first, (nint)stride * shape.Channels, end - begin, channels, to + begin, step);
        }
    }

    private static void Clear(float* to, nint step, int channels, int count)
    {
        for (int c = 0; c < channels; c++)
            new Span<float>(to + c * step, count).Clear();
    }
}
