namespace Pare.Operators;

public sealed partial record LocalResponseNormalization
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new LocalResponseNormalizationGradient(this), s.OutputGradient(), s.Node.Input(0)));
    }
}
