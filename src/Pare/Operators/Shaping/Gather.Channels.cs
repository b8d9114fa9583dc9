namespace Pare.Operators;

public sealed partial record Gather
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        Shape x = s.Types.Shape(0), y = s.OutputShape();
        int axis = s.Types.Axis(Axis, x.Rank), indexRank = s.Types.Shape(1).Rank;
        if ((s.Input(0) ?? TableChannels(s, axis)) is not { } map) return;
        if (!map.Varies(axis))
        {
            // The index does not matter, and may be unknown.
            var indices = new Tensor(DType.I64, s.Types.Shape(1));
            var moved = new Tensor(DType.I64, y);
            if (x.Fixed[axis] > 0) Evaluate([map.ToTensor(), indices], [moved]);
            s.Output(ChannelMap.Of(moved));
        }
        else if (indexRank != 1) s.KeepAll(indexRank == 0 ? "it takes one channel by its number" : "it gathers channels into several axes");
        else s.MoveChannels(this);
    }

    /// <inheritdoc/>
    // Indices that name channels lose those that fall, and count those that stay.
    public override Operator Cut(CutScope s)
    {
        int axis = s.Types.Axis(Axis, s.Types.Shape(0).Rank);
        if (s.InputStays(0, axis) is not { } stays || s.Types.Numbers(1) is not { } indices) return this;
        long[] kept = [.. indices.Select(i => Index(i, stays.Length)).Where(i => stays[i]).Select(i => stays.Take(i).LongCount(k => k))];
        s.SetInput(1, Tensor.Vector<long>(kept));
        return this;
    }

    // The rows of a table that is a weight (an embedding) have channels along their one long axis.
    private static ChannelMap? TableChannels(ChannelScope s, int axis)
    {
        if (!s.IsWeight(0)) return null;
        Shape table = s.Types.Shape(0);
        int[] wide = [.. Enumerable.Range(0, table.Rank).Where(a => a != axis && table.Fixed[a] > 1)];
        if (wide is not [var along]) return null;
        int[] channels = s.Fresh(table.Fixed[along]);
        s.TieWeight(0, along, channels);
        return ChannelMap.Along(table, along, channels);
    }
}
