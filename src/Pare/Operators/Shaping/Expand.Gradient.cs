namespace Pare.Operators;

public sealed partial record Expand
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.BroadcastGradient(0, s.OutputGradient());
    }
}
