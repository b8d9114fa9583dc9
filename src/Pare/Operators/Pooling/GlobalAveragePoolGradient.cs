namespace Pare.Operators;

/// <summary>The gradient of a <see cref="GlobalAveragePool"/>'s input. Inputs dy and the shape of x (I64).</summary>
internal sealed record GlobalAveragePoolGradient : Operator
{
    public static OperatorSpec Spec { get; } = new("GlobalAveragePoolGradient", _ => new GlobalAveragePoolGradient(), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "GlobalAveragePoolGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.Output(s.RealType(0), s.ShapeFrom(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), dx = new(outputs[0]);
        int inner = dx.Length / Math.Max(1, dy.Length);
        for (int i = 0; i < dx.Length; i++) dx[i] = dy[i / inner] / inner;
    }
}
