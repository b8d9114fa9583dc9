namespace Pare.Operators;

public sealed partial record Slice
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new SliceGradient(), [s.OutputGradient(), s.ShapeOf(0), .. s.Node.Inputs.Skip(1)]));
    }
}
