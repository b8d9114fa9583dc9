namespace Pare.Operators;

public sealed partial record BatchNormalization
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        if (s.Needs(3) || s.Needs(4)) s.Refuse();
        string[] gradients = s.Add(
            new BatchNormalizationGradient { Epsilon = Epsilon }, 3, s.OutputGradient(), s.Node.Input(0), s.Node.Input(1), s.Node.Input(3), s.Node.Input(4));
        for (int input = 0; input < 3; input++)
            if (s.Needs(input)) s.InputGradient(input, gradients[input]);
    }
}
