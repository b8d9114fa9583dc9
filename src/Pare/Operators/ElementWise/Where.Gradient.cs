namespace Pare.Operators;

public sealed partial record Where
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string dy = s.OutputGradient(), condition = s.Node.Input(0);
        if (s.Needs(1)) s.BroadcastGradient(1, s.Add(new Where(), condition, dy, s.Number(0)));
        if (s.Needs(2)) s.BroadcastGradient(2, s.Add(new Where(), condition, s.Number(0), dy));
    }
}
