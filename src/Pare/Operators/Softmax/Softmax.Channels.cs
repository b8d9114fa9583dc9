namespace Pare.Operators;

public sealed partial record Softmax
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is not { } map) return;
        int axis = s.Types.Axis(Axis, map.Shape.Rank);
        if (Enumerable.Range(axis, Flattened ? map.Shape.Rank - axis : 1).Any(map.Varies)) s.KeepAll("it weighs channels against each other");
        else s.Output(map);
    }
}
