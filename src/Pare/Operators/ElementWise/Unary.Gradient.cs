namespace Pare.Operators;

public sealed partial record Unary
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (!Function.HasSlope) s.Refuse();
        if (!s.Needs(0)) return;
        string at = Function.SlopeOfOutput is null ? s.Node.Input(0) : s.Node.Outputs[0];
        s.InputGradient(0, s.Add(new UnaryGradient(this), s.OutputGradient(), at));
    }
}
