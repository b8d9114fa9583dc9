namespace Pare.Operators;

/// <summary>The mean over all elements of (prediction - target)^2, a scalar. Inputs prediction and target, of one shape.</summary>
public sealed record MeanSquaredError : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("MeanSquaredError", _ => new MeanSquaredError(), PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "MeanSquaredError";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.SameType(0, 1);
        if (s.Shape(0).Rank != s.Shape(1).Rank || !s.Shape(0).Zip(s.Shape(1)).All(d => d.First.Agrees(d.Second)))
            throw s.Fail($"the prediction is {s.Shape(0)}, the target is {s.Shape(1)}; they must be the same.");
        s.Output(s.RealType(0), Shape.Scalar);
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals prediction = new(inputs[0]!), target = new(inputs[1]!), loss = new(outputs[0]);
        double sum = 0;
        for (int i = 0; i < prediction.Length; i++) sum += (prediction[i] - target[i]) * (prediction[i] - target[i]);
        loss[0] = sum / prediction.Length;
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string gradient = s.Add(new MeanSquaredErrorGradient(), s.OutputGradient(), s.Node.Input(0), s.Node.Input(1));
        if (s.Needs(0)) s.InputGradient(0, gradient);
        if (s.Needs(1)) s.InputGradient(1, s.Add(new Unary(UnaryFunctions.Neg), gradient));
    }
}
