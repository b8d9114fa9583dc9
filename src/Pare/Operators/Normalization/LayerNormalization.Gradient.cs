namespace Pare.Operators;

public sealed partial record LayerNormalization
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        Shape x = s.Type(0).Shape;
        string dy = s.OutputGradient();
        string dh = s.Add(new Binary(BinaryFunctions.Mul), dy, s.Node.Input(1));
        string[] made = s.Add(new StandardizeGradient(x.Axis(Axis), 1, Epsilon), 2, dh, s.Node.Input(0));
        if (s.Needs(0)) s.InputGradient(0, made[0]);
        if (s.Needs(1)) s.BroadcastGradient(1, s.Add(new Binary(BinaryFunctions.Mul), dy, made[1]), x);
        if (s.Node.Input(2).Length > 0 && s.Needs(2)) s.BroadcastGradient(2, dy, x);
    }
}
