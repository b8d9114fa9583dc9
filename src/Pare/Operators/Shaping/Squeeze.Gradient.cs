namespace Pare.Operators;

public sealed partial record Squeeze
{
    /// <inheritdoc/>
    public override void Differentiate(GradientScope s) => s.PassReshaped();
}
