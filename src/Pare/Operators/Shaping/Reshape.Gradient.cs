namespace Pare.Operators;

public sealed partial record Reshape
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s) => s.PassReshaped();
}
