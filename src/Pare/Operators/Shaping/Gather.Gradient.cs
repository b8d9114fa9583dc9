namespace Pare.Operators;

public sealed partial record Gather
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new GatherGradient { Axis = Axis }, s.OutputGradient(), s.ShapeOf(0), s.Node.Input(1)));
    }
}
