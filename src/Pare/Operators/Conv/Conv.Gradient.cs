namespace Pare.Operators;

public sealed partial record Conv
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string dy = s.OutputGradient();
        Shape weight = s.Type(1).Shape;
        Conv full = this with { Window = Window with { Kernel = new ValueList<int>(weight.Fixed.Skip(2)) } };
        if (s.Needs(0)) s.InputGradient(0, s.Add(new ConvInputGradient(full), dy, s.Node.Input(1), s.ShapeOf(0)));
        if (s.Needs(1)) s.InputGradient(1, s.Add(new ConvWeightGradient(full), dy, s.Node.Input(0)));
        if (s.Node.Input(2).Length > 0 && s.Needs(2))
            s.InputGradient(2, s.Sum(dy, [0, .. Enumerable.Range(2, weight.Rank - 2).Select(a => (long)a)]));
    }
}
