namespace Pare.Operators;

public sealed partial record Unsqueeze
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s) => s.PassReshaped();
}
