namespace Pare.Operators;

public sealed partial record Pad
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Node.Input(2).Length > 0 && s.Needs(2)) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(new PadGradient(Mode), s.OutputGradient(), s.ShapeOf(0), s.Node.Input(1), s.Node.Input(3)));
    }
}
