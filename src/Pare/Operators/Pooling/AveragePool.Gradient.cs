namespace Pare.Operators;

public sealed partial record AveragePool
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new AveragePoolGradient(this), s.OutputGradient(), s.ShapeOf(0)));
    }
}
