namespace Pare.Operators;

public sealed partial record Softmax
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(0)) s.InputGradient(0, s.Add(new SoftmaxGradient(this), s.OutputGradient(), s.Node.Outputs[0]));
    }
}
