namespace Pare.Operators;

/// <summary>Gradients of <see cref="BatchNormalization"/> with stored statistics. Inputs dy, x, scale, mean, variance; outputs dx, dscale, dbias.</summary>
internal sealed record BatchNormalizationGradient : Operator
{
    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    public static OperatorSpec Spec { get; } =
        new("BatchNormalizationGradient", r => new BatchNormalizationGradient { Epsilon = r.Float("epsilon", 1e-5f) }, PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "BatchNormalizationGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(5, 5);
        s.Output(0, s.Type(1));
        s.Output(1, s.Type(2));
        s.Output(2, s.Type(2));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), x = new(inputs[1]!), scale = new(inputs[2]!), mean = new(inputs[3]!), variance = new(inputs[4]!);
        Reals dx = new(outputs[0]), dscale = new(outputs[1]), dbias = new(outputs[2]);
        AxisSlices slices = BatchNormalization.Channels(inputs[1]!.Shape);
        for (int c = 0; c < slices.Length; c++)
        {
            double inverse = 1 / Math.Sqrt(variance[c] + Epsilon), sum = 0, product = 0;
            for (int i = 0; i < slices.Outer * slices.Inner; i++)
            {
                int at = BatchNormTraining.At(slices, c, i);
                dx[at] = dy[at] * scale[c] * inverse;
                sum += dy[at];
                product += dy[at] * (x[at] - mean[c]) * inverse;
            }
            dscale[c] = product;
            dbias[c] = sum;
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Float("epsilon", Epsilon);
}
