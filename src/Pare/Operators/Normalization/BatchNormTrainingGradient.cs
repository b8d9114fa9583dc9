namespace Pare.Operators;

/// <summary>Gradients of <see cref="BatchNormTraining"/>. Inputs dy, x, scale, batch mean, inverse deviation; outputs dx, dscale, dbias.</summary>
/// <remarks>Ioffe, Szegedy, ICML 2015, section 3.</remarks>
internal sealed record BatchNormTrainingGradient : Operator
{
    public static OperatorSpec Spec { get; } = new("BatchNormTrainingGradient", _ => new BatchNormTrainingGradient(), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "BatchNormTrainingGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(5, 5);
        s.Output(0, s.Type(1));
        s.Output(1, s.Type(2));
        s.Output(2, s.Type(2));
    }

    /// <inheritdoc/>
    // h = (x - mean) inverse; dbias = sum dy; dscale = sum dy h; dx = scale inverse (dy - dbias / m - h dscale / m)   (m elements a channel)
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals dy = new(inputs[0]!), x = new(inputs[1]!), scale = new(inputs[2]!), mean = new(inputs[3]!), inverse = new(inputs[4]!);
        Reals dx = new(outputs[0]), dscale = new(outputs[1]), dbias = new(outputs[2]);
        AxisSlices slices = BatchNormalization.Channels(inputs[1]!.Shape);
        int count = slices.Outer * slices.Inner;
        for (int c = 0; c < slices.Length; c++)
        {
            double sum = 0, product = 0;
            for (int i = 0; i < count; i++)
            {
                int at = BatchNormTraining.At(slices, c, i);
                sum += dy[at];
                product += dy[at] * (x[at] - mean[c]) * inverse[c];
            }
            for (int i = 0; i < count; i++)
            {
                int at = BatchNormTraining.At(slices, c, i);
                double h = (x[at] - mean[c]) * inverse[c];
                dx[at] = scale[c] * inverse[c] * (dy[at] - sum / count - h * product / count);
            }
            dscale[c] = product;
            dbias[c] = sum;
        }
    }
}
