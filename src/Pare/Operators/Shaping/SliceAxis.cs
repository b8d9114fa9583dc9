namespace Pare.Operators;

/// <summary>What a slice takes of one axis. Negative positions count from the end, positions outside are moved to the border.</summary>
internal static class SliceAxis
{
    /// <summary>Exporters write "to the end" as a number that no axis reaches.</summary>
    private const long Beyond = int.MaxValue;

    /// <summary>How many elements are taken; null where it depends on names in a way that is not known.</summary>
    public static Dim? Length(Dim length, Dim start, Dim end, long step)
    {
        if (length.IsKnown && start.IsKnown && end.IsKnown) return Take((int)length.Constant, start.Constant, end.Constant, step).Count;
        if (step < 0) return null;
        Dim? first = From(length, start, 0), last = end.IsKnown && end.Constant >= Beyond ? length : From(length, end, length);
        if (first is not { } a || last is not { } b) return null;
        if (!(b - a).IsNatural && !(b - a).IsKnown && a != 0 && !a.IsKnown) return null;
        return step == 1 ? b - a : Dim.Divide(b - a, step);
    }

    /// <summary>For each axis of the shape the positions that are taken.</summary>
    /// <param name="shape">The shape that is cut.</param>
    /// <param name="cuts">Starts, ends, axes, steps.</param>
    public static int[][] Tables(Shape shape, ReadOnlySpan<Tensor?> cuts)
    {
        long[] starts = cuts[0]!.ToInt64s(), ends = cuts[1]!.ToInt64s();
        long[]? axes = KnownValues.Integers(cuts, 2), steps = KnownValues.Integers(cuts, 3);
        int[][] tables = [.. shape.Fixed.Select(AxisTables.Identity)];
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = shape.Axis(axes?[i] ?? i);
            long step = steps?[i] ?? 1;
            (int start, int count) = Take(shape.Fixed[axis], starts[i], ends[i], step);
            tables[axis] = [.. Enumerable.Range(0, count).Select(k => (int)(start + k * step))];
        }
        return tables;
    }

    private static (int Start, int Count) Take(int length, long start, long end, long step)
    {
        if (start < 0) start += length;
        if (end < 0) end += length;
        (long low, long high) = step > 0 ? (0, length) : (-1, length - 1);
        start = Math.Clamp(start, Math.Max(0, low), Math.Max(0, high));
        end = Math.Clamp(end, low, high);
        if (length == 0) return (0, 0);
        long span = step > 0 ? end - start : start - end, stride = step == long.MinValue ? long.MaxValue : Math.Abs(step);
        return ((int)start, span <= 0 ? 0 : (int)((span - 1) / stride + 1));
    }

    // A position as a form: from the end where it is negative. A known position inside an open length is taken to lie within it.
    private static Dim? From(Dim length, Dim position, Dim unless)
    {
        if (!position.IsKnown) return position == length ? length : null;
        if (position.Constant < -Beyond) return unless == 0 ? 0 : null;
        return position.Constant < 0 ? length + position : position;
    }
}
