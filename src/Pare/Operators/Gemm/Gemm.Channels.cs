namespace Pare.Operators;

public sealed partial record Gemm
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        Shape y = s.OutputShape();
        bool bias = s.Types.Has(2) && s.Types.Shape(2) is { Rank: > 0 } c && c.Fixed[^1] > 1;
        if (TransA || !s.IsWeight(1) || (bias && (!s.IsWeight(2) || (s.Types.Shape(2).Rank == 2 && s.Types.Shape(2).Fixed[0] > 1))))
            s.KeepAll("it is no product with a weight and a vector");
        else if (s.ChannelsAlong(0, 1) is not { } inputs)
            s.KeepAll("channels lie across axes");
        else
        {
            int[] outputs = s.Fresh(y.Fixed[1]);
            s.TieWeight(1, TransB ? 1 : 0, inputs);
            s.TieWeight(1, TransB ? 0 : 1, outputs);
            if (bias) s.TieWeight(2, s.Types.Shape(2).Rank - 1, outputs);
            s.Output(ChannelMap.Along(y, 1, outputs));
        }
    }
}
