namespace Pare.Operators;

public sealed partial record GlobalMaxPool
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new GlobalMaxPoolGradient(), s.OutputGradient(), s.Node.Input(0)));
    }
}
