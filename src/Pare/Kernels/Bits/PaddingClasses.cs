using Pare.Kernels.Convolutions;

namespace Pare.Kernels.Bits;

/// <summary>Output pixels by which places of their window lie in the image: the others add nothing to a sum.</summary>
internal sealed class PaddingClasses
{
    private readonly bool[][] _rowTaps, _columnTaps;

    /// <summary>Finds the classes.</summary>
    public PaddingClasses(in ConvShape shape)
    {
        (Rows, _rowTaps) = Along(shape.OutHeight, shape.Height, shape.KernelHeight, shape.StrideY, shape.DilationY, shape.PadTop);
        (Columns, _columnTaps) = Along(shape.OutWidth, shape.Width, shape.KernelWidth, shape.StrideX, shape.DilationX, shape.PadLeft);
    }

    /// <summary>How many there are; class (row, column) is row * ColumnCount + column.</summary>
    public int Count => _rowTaps.Length * _columnTaps.Length;

    /// <summary>Classes of columns.</summary>
    public int ColumnCount => _columnTaps.Length;

    /// <summary>The class of each output row.</summary>
    public int[] Rows { get; }

    /// <summary>The class of each output column.</summary>
    public int[] Columns { get; }

    /// <summary>Whether a place of the window lies in the image.</summary>
    public bool Sees(int padding, int ky, int kx) => _rowTaps[padding / ColumnCount][ky] && _columnTaps[padding % ColumnCount][kx];

    private static (int[] Of, bool[][] Taps) Along(int outputs, int inputs, int kernel, int stride, int dilation, int pad)
    {
        var classes = new List<bool[]>();
        var of = new int[outputs];
        for (int o = 0; o < outputs; o++)
        {
            bool[] taps = [.. Enumerable.Range(0, kernel).Select(k => (uint)(o * stride + k * dilation - pad) < (uint)inputs)];
            of[o] = classes.FindIndex(c => c.AsSpan().SequenceEqual(taps));
            if (of[o] >= 0) continue;
            of[o] = classes.Count;
            classes.Add(taps);
        }
        return (of, [.. classes]);
    }
}
