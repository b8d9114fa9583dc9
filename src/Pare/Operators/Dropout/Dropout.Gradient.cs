namespace Pare.Operators;

public sealed partial record Dropout
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.OutputGradient());
    }
}
