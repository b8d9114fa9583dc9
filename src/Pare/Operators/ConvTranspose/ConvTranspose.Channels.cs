namespace Pare.Operators;

public sealed partial record ConvTranspose
{
    private GroupedChannels Grouped => new(Groups, transposed: true);

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => Grouped.Say(s);

    /// <inheritdoc/>
    // Some exporters name the channels in output_shape; the last lengths say the same.
    public override Operator Cut(CutScope s)
    {
        int axes = s.Types.Shape(0).Rank - 2;
        ConvTranspose cut = this with { Groups = Grouped.Left(s) };
        return OutputLengths.Count > axes ? cut with { OutputLengths = [.. OutputLengths.Skip(OutputLengths.Count - axes)] } : cut;
    }
}
