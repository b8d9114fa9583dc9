namespace Pare.Kernels.Loops;

/// <summary>How a value is repeated to a larger shape [Outer, Middle, Inner]: it varies along Middle alone.</summary>
/// <param name="Outer">Repetitions of the whole value.</param>
/// <param name="Middle">Numbers of the value.</param>
/// <param name="Inner">Repetitions of each number.</param>
internal sealed record BroadcastPattern(int Outer, int Middle, int Inner)
{
    /// <summary>Nothing is repeated.</summary>
    public bool IsFull => Outer == 1 && Inner == 1;

    /// <summary>The pattern; null where the axes along which the value varies do not lie side by side.</summary>
    public static BroadcastPattern? Of(Shape value, Shape whole)
    {
        int lead = whole.Rank - value.Rank, outer = 1, middle = 1, inner = 1;
        if (lead < 0)
            return null;
        for (int axis = 0; axis < whole.Rank; axis++)
        {
            int length = whole.Fixed[axis];
            if (length == 1)
                continue;
            bool varies = axis >= lead && value.Fixed[axis - lead] == length;
            if (varies && inner > 1)
                return null;
            if (varies)
                middle *= length;
            else if (middle == 1)
                outer *= length;
            else
                inner *= length;
        }
        return new BroadcastPattern(outer, middle, inner);
    }

    /// <summary>The value's number that belongs to number <paramref name="i"/> of the whole.</summary>
    public long IndexOf(long i) => i / Inner % Middle;
}
