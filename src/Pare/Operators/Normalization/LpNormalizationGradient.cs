namespace Pare.Operators;

/// <summary>The gradient of the input of an <see cref="LpNormalization"/>. Inputs dy, x.</summary>
/// <param name="Forward">The normalization.</param>
internal sealed record LpNormalizationGradient(LpNormalization Forward) : Operator
{
    public static OperatorSpec Spec { get; } = new("LpNormalizationGradient", r => new LpNormalizationGradient(LpNormalization.Read(r)), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "LpNormalizationGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    // y = x / n: dx = (dy - n' sum of dy y) / n, n' the slope of the norm: sign(x) for P = 1, y for P = 2
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), x = new(inputs[1]!), dx = new(outputs[0]);
        AxisSlices slices = AxisSlices.Of(inputs[1]!.Shape, inputs[1]!.Shape.Axis(Forward.Axis));
        for (int row = 0; row < slices.Outer * slices.Inner; row++)
        {
            int start = row / slices.Inner * slices.Length * slices.Inner + row % slices.Inner;
            double norm = Forward.Norm(x, start, slices), sum = 0;
            for (int i = 0; i < slices.Length; i++) sum += norm == 0 ? 0 : dy[start + i * slices.Inner] * x[start + i * slices.Inner] / norm;
            for (int i = 0; i < slices.Length; i++)
            {
                int at = start + i * slices.Inner;
                dx[at] = norm == 0 ? 0 : (dy[at] - (Forward.P == 1 ? Math.Sign(x[at]) : x[at] / norm) * sum) / norm;
            }
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => Forward.Write(w);
}
