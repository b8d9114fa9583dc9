namespace Pare.Operators;

public sealed partial record Slice
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is not { } map) return;
        foreach ((int axis, int at) in Axes(s.Types))
            if (map.Varies(axis) && s.Types.Has(4) && s.Types.Numbers(4)?[at] != 1)
            {
                s.KeepAll("it takes every n-th channel");
                return;
            }
        s.MoveChannels(this);
    }

    /// <inheritdoc/>
    public override Operator Cut(CutScope s)
    {
        if (!s.IsConstant(1) || !s.IsConstant(2) || s.Types.Numbers(1) is not { } starts || s.Types.Numbers(2) is not { } ends) return this;
        bool changed = false;
        foreach ((int axis, int at) in Axes(s.Types))
        {
            if (s.InputStays(0, axis) is not { } stays) continue;
            starts[at] = Left(stays, starts[at]);
            ends[at] = Left(stays, ends[at]);
            changed = true;
        }
        if (!changed) return this;
        s.SetInput(1, Tensor.Vector<long>(starts));
        s.SetInput(2, Tensor.Vector<long>(ends));
        return this;
    }

    private static IEnumerable<(int Axis, int At)> Axes(InferScope s)
    {
        int rank = s.Shape(0).Rank, count = s.Shape(1).Fixed[0];
        long[]? axes = s.Has(3) ? s.Numbers(3) : null;
        return Enumerable.Range(0, count).Select(i => (s.Axis(axes?[i] ?? i, rank), i));
    }

    // How many indices stay before a position.
    private static long Left(bool[] stays, long position)
    {
        long from = position < 0 ? position + stays.Length : position;
        return stays.Take((int)Math.Clamp(from, 0, stays.Length)).Count(i => i);
    }
}
