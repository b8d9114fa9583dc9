namespace Pare.Operators;

/// <summary>
/// Batch normalization with the statistics of the batch. Inputs x, scale, bias, running mean, running variance; outputs y, batch mean,
/// inverse deviation 1 / sqrt(variance + epsilon), new running mean, new running variance (new = momentum old + (1 - momentum) batch).
/// </summary>
/// <remarks>The running variance follows the batch's variance over count, as ONNX defines it, not over count - 1.</remarks>
public sealed record BatchNormTraining : Operator
{
    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Weight of the old running statistics.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("BatchNormTraining", r => new BatchNormTraining
    {
        Epsilon = r.Float("epsilon", 1e-5f),
        Momentum = r.Float("momentum", 0.9f),
    }, PareDomain.Name);

    /// <inheritdoc/>
    public override string Name => "BatchNormTraining";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input is not (3 or 4);

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(5, 5);
        s.RealType(0);
        BatchNormalization.CheckChannels(s, 5);
        s.Output(0, s.Type(0));
        for (int output = 1; output < 5; output++) s.Output(output, s.Type(1));
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), scale = new(inputs[1]!), bias = new(inputs[2]!), oldMean = new(inputs[3]!), oldVariance = new(inputs[4]!);
        Reals y = new(outputs[0]);
        AxisSlices slices = BatchNormalization.Channels(inputs[0]!.Shape);
        int count = slices.Outer * slices.Inner;
        for (int c = 0; c < slices.Length; c++)
        {
            double mean = 0, variance = 0;
            for (int i = 0; i < count; i++) mean += x[At(slices, c, i)] / count;
            for (int i = 0; i < count; i++) variance += Square(x[At(slices, c, i)] - mean) / count;
            double inverse = 1 / Math.Sqrt(variance + Epsilon);
            for (int i = 0; i < count; i++) y[At(slices, c, i)] = (x[At(slices, c, i)] - mean) * inverse * scale[c] + bias[c];
            Set(outputs, 1, c, mean);
            Set(outputs, 2, c, inverse);
            Set(outputs, 3, c, Momentum * oldMean[c] + (1 - Momentum) * mean);
            Set(outputs, 4, c, Momentum * oldVariance[c] + (1 - Momentum) * variance);
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s)
    {
        string[] gradients = s.Add(new BatchNormTrainingGradient(), 3, s.OutputGradient(), s.Node.Input(0), s.Node.Input(1), s.Node.Outputs[1], s.Node.Outputs[2]);
        for (int input = 0; input < 3; input++)
            if (s.Needs(input)) s.InputGradient(input, gradients[input]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Float("epsilon", Epsilon);
        w.Float("momentum", Momentum);
    }

    /// <summary>The i-th element of a channel.</summary>
    internal static int At(AxisSlices slices, int channel, int i) => (i / slices.Inner * slices.Length + channel) * slices.Inner + i % slices.Inner;

    private static void Set(ReadOnlySpan<Tensor> outputs, int output, int c, double value)
    {
        if (output >= outputs.Length) return;
        var into = new Reals(outputs[output]);
        into[c] = value;
    }

    private static double Square(double x) => x * x;
}
