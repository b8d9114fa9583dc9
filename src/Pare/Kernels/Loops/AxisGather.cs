using System.Runtime.CompilerServices;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>y[i0, i1, ...] = x[t0(i0) + t1(i1) + ...]: slices, pads, transposes and their gradients, each axis with a table of offsets.</summary>
internal sealed unsafe class AxisGather
{
    /// <summary>In a table: nothing is there, the result is the filling.</summary>
    public const int Nothing = -1;

    private const int SliceFloats = 1 << 14;
    private readonly int[] _lengths;           // of all axes but the last
    private readonly int[][] _outer;           // their offsets
    private readonly int[] _last;
    private readonly int _before, _held;       // where the last axis is one run: fillings before it, its length; otherwise -1
    private readonly long _rows;

    /// <summary>Prepares the loop.</summary>
    /// <param name="offsets">For each axis of y and each index the offset in x, or <see cref="Nothing"/>.</param>
    public AxisGather(int[][] offsets)
    {
        offsets = Merged(offsets);
        _outer = offsets[..^1];
        _last = offsets[^1];
        _lengths = [.. _outer.Select(o => o.Length)];
        _rows = _lengths.Aggregate(1L, (product, length) => product * length);
        _before = Array.FindIndex(_last, o => o != Nothing);
        _held = _before < 0 ? 0 : _last.Length - _before - _last.Reverse().TakeWhile(o => o == Nothing).Count();
        for (int i = 1; i < _held; i++)
        {
            if (_last[_before + i] != _last[_before] + i)
            {
                _held = -1;
                break;
            }
        }
        if (_before < 0)
            _before = _last.Length;
    }

    /// <summary>Numbers of y.</summary>
    public long Count => _rows * _last.Length;

    /// <summary>Offsets of source indices along the axes of a row-major shape; a negative index is <see cref="Nothing"/>.</summary>
    public static int[][] Offsets(Shape source, int[][] indices) =>
        [.. indices.Select((table, axis) => (int[])[.. table.Select(i => i < 0 ? Nothing : i * AxisSlices.Of(source, axis).Inner)])];

    /// <summary>The tables of the opposite direction: for each index of an axis of that length, who took it.</summary>
    public static int[][] Inverse(int[][] indices, Shape to)
    {
        int[][] inverse = [.. to.Fixed.Select(length => (int[])[.. Enumerable.Repeat(Nothing, length)])];
        for (int axis = 0; axis < indices.Length; axis++)
        {
            for (int i = 0; i < indices[axis].Length; i++)
            {
                if (indices[axis][i] >= 0)
                    inverse[axis][indices[axis][i]] = i;
            }
        }
        return inverse;
    }

    /// <summary>Writes y.</summary>
    public void Run<T>(T* x, T* y, T filling, WorkerPool pool) where T : unmanaged
    {
        int rowsPerSlice = Math.Max(1, SliceFloats / Math.Max(1, _last.Length));
        pool.Run((int)((_rows + rowsPerSlice - 1) / rowsPerSlice), new Job<T> { Owner = this, X = x, Y = y, Filling = filling, RowsPerSlice = rowsPerSlice });
    }

    // The last axes become one where that is one run, as the planes of a channel shuffle: long copies instead of short ones.
    private static int[][] Merged(int[][] offsets)
    {
        while (offsets.Length > 1)
        {
            int[] outer = offsets[^2], last = offsets[^1];
            bool isRun = last.Length > 0 && last[0] != Nothing && outer.Length > 0 && outer[0] != Nothing;
            for (int i = 1; i < last.Length && isRun; i++)
                isRun = last[i] == last[0] + i;
            for (int i = 1; i < outer.Length && isRun; i++)
                isRun = outer[i] == outer[0] + i * last.Length;
            if (!isRun)
                return offsets;
            offsets = [.. offsets[..^2], [.. Enumerable.Range(outer[0] + last[0], outer.Length * last.Length)]];
        }
        return offsets;
    }

    // The index of a row along each axis but the last.
    private void Start(long row, Span<int> index)
    {
        for (int axis = _lengths.Length - 1; axis >= 0; axis--)
        {
            (row, long at) = Math.DivRem(row, _lengths[axis]);
            index[axis] = (int)at;
        }
    }

    private T* Source<T>(T* x, ReadOnlySpan<int> index) where T : unmanaged
    {
        for (int axis = 0; axis < index.Length; axis++)
        {
            int offset = _outer[axis][index[axis]];
            if (offset == Nothing)
                return null;
            x += offset;
        }
        return x;
    }

    // As an odometer: no division for each row.
    private void Next(Span<int> index)
    {
        for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == _lengths[axis]; axis--)
            index[axis] = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows<T>(T* x, T* y, T filling, long first, long end) where T : unmanaged
    {
        Span<int> index = stackalloc int[_lengths.Length];
        Start(first, index);
        for (long row = first; row < end; row++, Next(index))
            Row(Source(x, index), y + row * _last.Length, filling);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<T>(T* source, T* y, T filling) where T : unmanaged
    {
        Span<T> row = new(y, _last.Length);
        if (source == null)
        {
            row.Fill(filling);
        }
        else if (_held >= 0)
        {
            row[.._before].Fill(filling);
            if (_held > 0)
                new Span<T>(source + _last[_before], _held).CopyTo(row[_before..]);
            row[(_before + _held)..].Fill(filling);
        }
        else
        {
            for (int i = 0; i < row.Length; i++)
                row[i] = _last[i] == Nothing ? filling : source[_last[i]];
        }
    }

    private struct Job<T> : ISliceJob where T : unmanaged
    {
        public AxisGather Owner;
        public T* X;
        public T* Y;
        public T Filling;
        public int RowsPerSlice;

        public readonly void Execute(int slice, int worker) =>
            Owner.Rows(X, Y, Filling, (long)slice * RowsPerSlice, Math.Min(Owner._rows, (slice + 1L) * RowsPerSlice));
    }
}
