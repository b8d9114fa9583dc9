namespace Pare.Operators;

/// <summary>
/// ONNX's BatchNormalization in training mode: y by the statistics of the batch. Inputs x, scale, bias, running mean, running variance;
/// outputs y and (optional) the new running mean and variance, new = momentum old + (1 - momentum) batch.
/// </summary>
/// <remarks>Networks that Pare trains hold <see cref="BatchNormTraining"/> instead; this is what files exported in training mode hold.</remarks>
public sealed record BatchStatisticsNormalization : Operator
{
    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Weight of the old running statistics.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <inheritdoc/>
    public override string Name => "BatchNormalization";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input is not (3 or 4);

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(5, 5);
        s.RealType(0);
        BatchNormalization.CheckChannels(s, 5);
        s.Output(0, s.Type(0));
        s.Output(1, s.Type(3));
        s.Output(2, s.Type(4));
    }

    /// <inheritdoc/>
    // mean: 1, variance: 3, factor and offset: 2
    public override OperatorCost Cost(InferScope s) => new(0, 6 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Tensor unused = new(DType.F64, inputs[1]!.Shape);
        Tensor mean = outputs.Asked(1) ? outputs[1] : unused, variance = outputs.Asked(2) ? outputs[2] : unused;
        new BatchNormTraining { Epsilon = Epsilon, Momentum = Momentum }.Evaluate(inputs, [outputs[0], unused, unused, mean, variance]);
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Float("epsilon", Epsilon);
        w.Float("momentum", Momentum);
        if (w.Opset >= 14) w.Flag("training_mode", true);
        else if (!w.HasOutput(1)) w.Since(14, "BatchNormalization in training mode without the output of its running mean");
    }

    /// <summary>Reads a node in training mode.</summary>
    internal static BatchStatisticsNormalization Read(OperatorReader r) => r.OutputCount <= 3
        ? new BatchStatisticsNormalization { Epsilon = r.Float("epsilon", 1e-5f), Momentum = r.Float("momentum", 0.9f) }
        : throw new UnsupportedException(
            $"Node '{r.NodeName}' (BatchNormalization): the outputs saved_mean and saved_var of training mode are not supported. Export the model for inference.");
}
