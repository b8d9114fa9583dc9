namespace Pare.Operators;

public sealed partial record GlobalAveragePool
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new GlobalAveragePoolGradient(), s.OutputGradient(), s.ShapeOf(0)));
    }
}
