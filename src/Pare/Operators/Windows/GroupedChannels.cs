namespace Pare.Operators;

/// <summary>
/// How channels go through a convolution of groups, or through a transposed one. Each output channel is new. Groups stay as many and equal,
/// so that index j of all groups falls at once; where a group reads one channel (depthwise) it falls with it.
/// </summary>
/// <param name="groups">How many groups.</param>
/// <param name="transposed">The weight is [inputs, outputs of a group, ...] instead of [outputs, inputs of a group, ...].</param>
internal readonly struct GroupedChannels(int groups, bool transposed)
{
    /// <summary>The rule, for inputs x, weight and bias (optional).</summary>
    public void Say(ChannelScope s)
    {
        if (!s.IsWeight(1) || (s.Types.Has(2) && !s.IsWeight(2))) s.KeepAll("its weight is computed");
        else if (s.ChannelsAlong(0, 1) is { } inputs) Say(s, inputs);
        else s.KeepAll("channels lie across axes");
    }

    /// <summary>How many groups are left after a cut.</summary>
    public int Left(CutScope s) => FallsWithItsInput(s.Types.Shape(1)) && s.InputStays(0, 1) is { } stays ? stays.Count(c => c) : groups;

    private void Say(ChannelScope s, int[] inputs)
    {
        Shape weight = s.Types.Shape(1);
        int whole = weight.Fixed[0], part = weight.Fixed[1];
        int groupOutputs = transposed ? part : whole / groups;
        bool falls = FallsWithItsInput(weight);
        int[] outputs = falls ? [.. Enumerable.Range(0, groupOutputs * groups).Select(o => inputs[o / groupOutputs])] : s.Fresh(groupOutputs * groups);
        if (!falls)
        {
            TieGroups(s, inputs);
            TieGroups(s, outputs);
            s.TieWeight(1, 1, (transposed ? outputs : inputs).AsSpan(0, part));
        }
        s.TieWeight(1, 0, transposed ? inputs : outputs);
        s.TieAll([2], outputs);
        s.Output(ChannelMap.Along(s.OutputShape(), 1, outputs));
    }

    private bool FallsWithItsInput(Shape weight) => groups > 1 && (transposed ? weight.Fixed[0] == groups : weight.Fixed[1] == 1);

    private void TieGroups(ChannelScope s, int[] channels)
    {
        int size = channels.Length / groups;
        for (int i = size; i < channels.Length; i++) s.Tie(channels[i % size], channels[i]);
    }
}
