namespace Pare.Operators;

public sealed partial record Clip
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Node.Inputs.Skip(1).Select((_, i) => s.Node.Input(i + 1).Length > 0 && s.Needs(i + 1)).Any(n => n)) s.Refuse();
        // The result lies strictly within the limits where x does: x need not be kept.
        if (s.Needs(0)) s.InputGradient(0, s.Add(new ClipGradient(), [s.OutputGradient(), s.Node.Outputs[0], .. s.Node.Inputs.Skip(1)]));
    }
}
