namespace Pare.Operators;

public sealed partial record ConvTranspose
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string dy = s.OutputGradient();
        Shape x = s.Type(0).Shape, weight = s.Type(1).Shape;
        // Which window maps y back to x depends on x's lengths only where pads are derived; any length serves where they are given.
        Shape spatial = Shape.Of([1, 1, .. x.Skip(2).Select(d => d.IsKnown ? (int)d.Constant : 1)]);
        bool derived = !OutputLengths.IsEmpty || Window.AutoPad is AutoPad.SameLower or AutoPad.SameUpper;
        Conv? conv = derived && !x.Skip(2).All(d => d.IsKnown) ? null : Backward(spatial, weight);
        if (conv is null) s.Refuse();
        if (s.Needs(0)) s.InputGradient(0, s.Add(conv, dy, s.Node.Input(1)));
        if (s.Needs(1)) s.InputGradient(1, s.Add(new ConvWeightGradient(conv), s.Node.Input(0), dy));
        if (s.Node.Input(2).Length > 0 && s.Needs(2))
            s.InputGradient(2, s.Sum(dy, [0, .. Enumerable.Range(2, weight.Rank - 2).Select(a => (long)a)]));
    }
}
