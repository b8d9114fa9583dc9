namespace Pare.Operators;

/// <summary>The gradient of the logits of a <see cref="SoftmaxCrossEntropy"/>. Inputs dloss (scalar), logits, labels.</summary>
internal sealed record SoftmaxCrossEntropyGradient : Operator
{
    /// <summary>The part of the target that is spread over all classes.</summary>
    public float Smoothing { get; init; }

    public static OperatorSpec Spec { get; } =
        new("SoftmaxCrossEntropyGradient", r => new SoftmaxCrossEntropyGradient { Smoothing = r.Float("smoothing", 0) }, PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "SoftmaxCrossEntropyGradient";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        SoftmaxCrossEntropy.CheckInputs(s, 1);
        s.Output(0, s.Type(1));
    }

    /// <inheritdoc/>
    // dx[n, c] = dloss (softmax(x)[n, c] - t[n, c]) / N
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[1]!), dx = new(outputs[0]);
        int rows = inputs[1]!.Dims[0], classes = inputs[1]!.Dims[1];
        double scale = new Reals(inputs[0]!)[0] / rows;
        var loss = new SoftmaxCrossEntropy { Smoothing = Smoothing };
        for (int n = 0; n < rows; n++)
        {
            int label = SoftmaxCrossEntropy.Label(inputs[2]!, n, classes);
            double log = SoftmaxCrossEntropy.LogSum(x, n * classes, classes);
            for (int c = 0; c < classes; c++)
                dx[n * classes + c] = scale * (Math.Exp(x[n * classes + c] - log) - loss.Target(c, label, classes));
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Float("smoothing", Smoothing);
}
