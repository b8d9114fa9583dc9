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
        if (wide is not [var axis]) s.KeepAll("channels lie across axes");
        else if (reduced[axis])
        {
            // A sum of what is left; a mean counts what is left.
            if (Function != ReductionFunction.Mean && Function != ReductionFunction.Sum && Function != ReductionFunction.L1 && Function != ReductionFunction.L2 && Function != ReductionFunction.SumSquare)
                s.KeepAll("it compares or multiplies channels");
        }
        else s.Output(ChannelMap.Along(s.OutputShape(), KeepAxes ? axis : axis - reduced.Take(axis).Count(r => r), map.Along(axis)!));
    }
}
