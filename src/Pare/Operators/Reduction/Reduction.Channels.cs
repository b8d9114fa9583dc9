namespace Pare.Operators;

public sealed partial record Reduction
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is not { } map) return;
        int rank = map.Shape.Rank;
        bool[] reduced = Reduced(s.Types.Axes(s.Types.Has(1) ? s.Types.Numbers(1) ?? [] : [], rank), rank);
        int[] wide = [.. Enumerable.Range(0, rank).Where(map.Varies)];
        if (wide is not [var axis] || reduced[axis]) s.KeepAll("it sums over channels");
        else s.Output(ChannelMap.Along(s.OutputShape(), KeepAxes ? axis : axis - reduced.Take(axis).Count(r => r), map.Along(axis)!));
    }
}
