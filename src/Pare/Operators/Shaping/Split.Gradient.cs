namespace Pare.Operators;

public sealed partial record Split
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new Concat(Axis), [.. Enumerable.Range(0, s.Node.Outputs.Length).Select(s.OutputGradient)]));
    }
}
