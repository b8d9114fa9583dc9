namespace Pare.Operators;

public sealed partial record Flatten
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s) => s.PassReshaped();
}
