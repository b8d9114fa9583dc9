namespace Pare.Operators;

/// <summary>
/// Movement along axes: for each axis of the larger or smaller side, a table of source indices. Slice, Pad, Tile, Expand and nearest
/// resizing are tables of different contents.
/// </summary>
internal static class AxisTables
{
    /// <summary>to[i, j, ...] = from[table0[i], table1[j], ...]; a negative entry leaves the element as it is.</summary>
    public static void Gather(Tensor from, ReadOnlySpan<int[]> tables, Tensor to) => Copy(from, to, from.Shape, tables, to.Shape, gather: true);

    /// <summary>to[table0[i], table1[j], ...] = from[i, j, ...], the rest stays as it is.</summary>
    public static void Scatter(Tensor from, ReadOnlySpan<int[]> tables, Tensor to) => Copy(from, to, to.Shape, tables, from.Shape, gather: false);

    /// <summary>0, 1, 2, ...</summary>
    public static int[] Identity(int length)
    {
        var table = new int[length];
        for (int i = 0; i < length; i++) table[i] = i;
        return table;
    }

    private static void Copy(Tensor from, Tensor to, Shape tabled, ReadOnlySpan<int[]> tables, Shape walked, bool gather)
    {
        int size = from.DType.Size();
        Span<byte> source = from.Bytes, destination = to.Bytes;
        var index = new int[walked.Rank];
        for (int linear = 0, count = (int)walked.Elements; linear < count; linear++)
        {
            int at = 0;
            bool outside = false;
            for (int axis = 0; axis < index.Length; axis++)
            {
                int entry = tables[axis][index[axis]];
                outside |= entry < 0;
                at = at * tabled.Fixed[axis] + entry;
            }
            if (!outside)
            {
                (int read, int write) = gather ? (at, linear) : (linear, at);
                source.Slice(read * size, size).CopyTo(destination[(write * size)..]);
            }
            Next(index, walked);
        }
    }

    private static void Next(int[] index, Shape shape)
    {
        for (int axis = index.Length - 1; axis >= 0 && ++index[axis] == shape.Fixed[axis]; axis--) index[axis] = 0;
    }
}
