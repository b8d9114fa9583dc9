namespace Pare.Operators;

public sealed partial record Cast
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        DType from = s.Type(0).DType;
        if (!Reals.Holds(from) || !Reals.Holds(To)) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(new Cast(from), s.OutputGradient()));
    }
}
