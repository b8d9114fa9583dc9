namespace Pare.Operators;

public sealed partial record ConvTranspose
{
    /// <inheritdoc/>
    // As of a convolution, with the axes of the weight [C, O / groups, ...] in turn: where a group has one input channel it falls with it.
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
        int groupInputs = weight.Fixed[0] / Groups, groupOutputs = weight.Fixed[1];
        bool separate = groupInputs == 1 && Groups > 1;
        int[] outputs = separate ? [.. Enumerable.Range(0, groupOutputs * Groups).Select(o => inputs[o / groupOutputs])] : s.Fresh(groupOutputs * Groups);
        if (!separate)
        {
            for (int i = groupInputs; i < inputs.Length; i++) s.Tie(inputs[i % groupInputs], inputs[i]);
            for (int i = groupOutputs; i < outputs.Length; i++) s.Tie(outputs[i % groupOutputs], outputs[i]);
            s.TieWeight(1, 1, outputs.AsSpan(0, groupOutputs));
        }
        s.TieWeight(1, 0, inputs);
        s.TieAll([2], outputs);
        s.Output(ChannelMap.Along(s.OutputShape(), 1, outputs));
    }

    /// <inheritdoc/>
    // Some exporters name the channels in output_shape; the last lengths say the same.
    public override Operator Cut(CutScope s)
    {
        int axes = s.Types.Shape(0).Rank - 2;
        ConvTranspose cut = OutputLengths.Count > axes ? this with { OutputLengths = [.. OutputLengths.Skip(OutputLengths.Count - axes)] } : this;
        return s.Types.Shape(1).Fixed[0] == Groups && Groups > 1 && s.InputStays(0, 1) is { } stays ? cut with { Groups = stays.Count(c => c) } : cut;
    }
}
