namespace Pare.Operators;

/// <summary>Numpy's broadcasting: axes are aligned at the end, a length of 1 is repeated.</summary>
internal static class Broadcast
{
    /// <summary>The common shape of inputs [0, count).</summary>
    public static Shape Shape(InferScope s, int count)
    {
        Shape shape = s.Shape(0);
        for (int i = 1; i < count; i++) shape = Shape(s, shape, s.Shape(i));
        return shape;
    }

    /// <summary>The common shape of two.</summary>
    public static Shape Shape(InferScope s, Shape a, Shape b)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        var dims = new Dim[rank];
        for (int axis = 0; axis < rank; axis++)
        {
            Dim x = At(a, axis - rank + a.Rank), y = At(b, axis - rank + b.Rank);
            dims[axis] = x == y || y == 1 ? x : x == 1 ? y : (x.IsKnown, y.IsKnown) switch
            {
                (true, true) => throw s.Fail($"the shapes {a} and {b} do not fit together: at axis {axis} of {rank} they have {x} and {y}; equal lengths or 1 are needed."),
                (true, false) => x,
                (false, true) => y,
                _ => s.Unknown(axis),
            };
        }
        return new Shape(dims);
    }

    /// <summary>For each axis of <paramref name="to"/> the step in elements of <paramref name="from"/>; 0 where it is repeated.</summary>
    public static int[] Steps(Shape from, Shape to)
    {
        var steps = new int[to.Rank];
        for (int axis = from.Rank - 1, step = 1; axis >= 0; axis--)
        {
            steps[axis + to.Rank - from.Rank] = from.Fixed[axis] == 1 ? 0 : step;
            step *= from.Fixed[axis];
        }
        return steps;
    }

    /// <summary>Where element <paramref name="linear"/> of <paramref name="to"/> comes from.</summary>
    public static int Offset(int linear, Shape to, ReadOnlySpan<int> steps)
    {
        int offset = 0;
        for (int axis = steps.Length - 1; axis >= 0; axis--)
        {
            linear = Math.DivRem(linear, to.Fixed[axis], out int index);
            offset += index * steps[axis];
        }
        return offset;
    }

    private static Dim At(Shape shape, int axis) => axis < 0 ? 1 : shape[axis];
}
