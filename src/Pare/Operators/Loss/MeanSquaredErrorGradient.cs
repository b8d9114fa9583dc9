namespace Pare.Operators;

/// <summary>The gradient of the prediction of a <see cref="MeanSquaredError"/>. Inputs dloss (scalar), prediction, target.</summary>
internal sealed record MeanSquaredErrorGradient : Operator
{
    public static OperatorSpec Spec { get; } = new("MeanSquaredErrorGradient", _ => new MeanSquaredErrorGradient(), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "MeanSquaredErrorGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.RealType(0);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals prediction = new(inputs[1]!), target = new(inputs[2]!), dx = new(outputs[0]);
        double scale = 2 * new Reals(inputs[0]!)[0] / prediction.Length;
        for (int i = 0; i < dx.Length; i++) dx[i] = scale * (prediction[i] - target[i]);
    }
}
