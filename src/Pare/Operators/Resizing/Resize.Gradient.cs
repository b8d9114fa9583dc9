namespace Pare.Operators;

public sealed partial record Resize
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(1) || s.Needs(2)) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(new ResizeGradient(this), s.OutputGradient(), s.ShapeOf(0), s.Node.Input(1), s.Node.Input(2), s.Node.Input(3)));
    }
}
