namespace Pare.Operators;

public sealed partial record Split
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.MoveChannels(this, along: s.Types.Axis(Axis, s.Types.Shape(0).Rank));

    /// <inheritdoc/>
    public override Operator Cut(CutScope s)
    {
        int axis = s.Types.Axis(Axis, s.Types.Shape(0).Rank);
        if (s.InputStays(0, axis) is not { } stays) return this;
        var lengths = new long[s.Node.Outputs.Length];
        long[]? given = s.Types.Has(1) ? s.Types.Numbers(1) : null;
        int part = (stays.Length + lengths.Length - 1) / lengths.Length, at = 0;
        for (int i = 0; i < lengths.Length; i++)
        {
            int old = given is null ? Math.Min(part, stays.Length - at) : (int)given[i];
            lengths[i] = stays.Skip(at).Take(old).Count(k => k);
            at += old;
        }
        if (given is null && lengths.Distinct().Count() == 1) return this;
        s.SetInput(1, Tensor.Vector<long>(lengths));
        return this with { Parts = 0 };
    }
}
