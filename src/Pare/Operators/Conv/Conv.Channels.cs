namespace Pare.Operators;

public sealed partial record Conv
{
    private GroupedChannels Grouped => new(Groups, transposed: false);

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => Grouped.Say(s);

    /// <inheritdoc/>
    public override Operator Cut(CutScope s) => this with { Groups = Grouped.Left(s) };
}
