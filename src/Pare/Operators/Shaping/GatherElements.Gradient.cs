namespace Pare.Operators;

public sealed partial record GatherElements
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new ScatterElements { Axis = Axis, Join = ScatterJoin.Add }, s.Zeros(0), s.Node.Input(1), s.OutputGradient()));
    }
}
