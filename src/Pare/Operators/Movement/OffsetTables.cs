namespace Pare.Operators;

/// <summary>Movement where the place in the source is a sum of offsets, one of each axis of the result.</summary>
internal static class OffsetTables
{
    /// <summary>to[i, j, ...] = from[table0[i] + table1[j] + ...].</summary>
    public static void Gather(Tensor from, int[][] tables, Tensor to)
    {
        for (int at = 0; at < to.Length; at++)
        {
            int rest = at, source = 0;
            for (int axis = tables.Length - 1; axis >= 0; axis--)
            {
                rest = Math.DivRem(rest, tables[axis].Length, out int index);
                source += tables[axis][index];
            }
            Elements.Copy(from, source, to, at);
        }
    }
}
