namespace Pare.Operators;

public sealed partial record Conv
{
    /// <inheritdoc/>
    // Each output channel is new. Groups stay as many and equal, so that index j of all groups falls at once; where a group has one
    // channel (depthwise) the group falls with it.
    public override void Channels(ChannelScope s)
    {
        if (!s.IsWeight(1) || (s.Types.Has(2) && !s.IsWeight(2)))
        {
            s.KeepAll("its weight is computed");
            return;
        }
        if (s.ChannelsAlong(0, 1) is not { } inputs)
        {
            s.KeepAll("channels lie across axes");
            return;
        }
        Shape weight = s.Types.Shape(1);
        int groupInputs = weight.Fixed[1], groupOutputs = weight.Fixed[0] / Groups;
        int[] outputs = groupInputs == 1 && Groups > 1 ? [.. Enumerable.Range(0, weight.Fixed[0]).Select(o => inputs[o / groupOutputs])] : s.Fresh(weight.Fixed[0]);
        if (groupInputs > 1 || Groups == 1)
        {
            TieGroups(s, inputs, groupInputs);
            TieGroups(s, outputs, groupOutputs);
            s.TieWeight(1, 1, inputs.AsSpan(0, groupInputs));
        }
        s.TieAll([1, 2], outputs);
        s.Output(ChannelMap.Along(s.OutputShape(), 1, outputs));
    }

    /// <inheritdoc/>
    public override Operator Cut(CutScope s) =>
        s.Types.Shape(1).Fixed[1] == 1 && Groups > 1 && s.InputStays(0, 1) is { } stays ? this with { Groups = stays.Count(c => c) } : this;

    private void TieGroups(ChannelScope s, int[] channels, int size)
    {
        for (int group = 1; group < Groups; group++)
            for (int j = 0; j < size; j++) s.Tie(channels[j], channels[group * size + j]);
    }
}
