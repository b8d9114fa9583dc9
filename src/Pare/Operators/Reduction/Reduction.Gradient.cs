namespace Pare.Operators;

public sealed partial record Reduction
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (Function != ReductionFunction.Mean && Function != ReductionFunction.Sum) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(new ReductionGradient(this), s.OutputGradient(), s.ShapeOf(0), s.Node.Input(1)));
    }
}
