namespace Pare.Operators;

/// <summary>The gradient of a <see cref="GlobalMaxPool"/>'s input: each dy goes to the first largest element of its plane. Inputs dy, x.</summary>
internal sealed record GlobalMaxPoolGradient : Operator
{
    public static OperatorSpec Spec { get; } = new("GlobalMaxPoolGradient", _ => new GlobalMaxPoolGradient(), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "GlobalMaxPoolGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), x = new(inputs[1]!), dx = new(outputs[0]);
        int inner = x.Length / Math.Max(1, dy.Length);
        for (int plane = 0; plane < dy.Length; plane++)
        {
            int best = plane * inner;
            for (int i = plane * inner; i < (plane + 1) * inner; i++)
            {
                dx[i] = 0;
                if (x[i] > x[best] || (double.IsNaN(x[i]) && !double.IsNaN(x[best]))) best = i;
            }
            if (inner > 0) dx[best] = dy[plane];
        }
    }
}
