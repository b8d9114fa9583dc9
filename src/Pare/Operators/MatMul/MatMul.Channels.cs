namespace Pare.Operators;

public sealed partial record MatMul
{
    /// <inheritdoc/>
    public override void Channels(ChannelScope s)
    {
        Shape a = s.Types.Shape(0), b = s.Types.Shape(1), y = s.OutputShape();
        if (!s.IsWeight(1) || b.Rank != 2 || a.Rank < 2)
            s.KeepAll("it is no product with a weight");
        else if (s.ChannelsAlong(0, a.Rank - 1) is not { } inputs)
            s.KeepAll("channels lie across axes");
        else
        {
            int[] outputs = s.Fresh(b.Fixed[1]);
            s.TieWeight(1, 0, inputs);
            s.TieWeight(1, 1, outputs);
            s.Output(ChannelMap.Along(y, y.Rank - 1, outputs));
        }
    }
}
