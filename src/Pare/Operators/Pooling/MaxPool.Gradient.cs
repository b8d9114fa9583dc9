namespace Pare.Operators;

public sealed partial record MaxPool
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new MaxPoolGradient(this), s.OutputGradient(), s.Node.Input(0)));
    }
}
