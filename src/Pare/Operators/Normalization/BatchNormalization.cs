namespace Pare.Operators;

/// <summary>
/// y = (x - mean) / sqrt(variance + epsilon) * scale + bias for each channel (axis 1), with stored statistics. Inputs x, scale, bias,
/// mean, variance. Training with batch statistics is <see cref="BatchNormTraining"/>; files in training mode hold <see cref="BatchStatisticsNormalization"/>.
/// </summary>
public sealed partial record BatchNormalization : Operator
{
    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>Weight of the old running statistics when the model is trained.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("BatchNormalization", Read);

    /// <inheritdoc/>
    public override string Name => "BatchNormalization";

    /// <inheritdoc/>
    public override bool IsTrained(int input) => input is not (3 or 4);

    /// <inheritdoc/>
    public override bool CanOverwrite(int input) => input == 0;

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(5, 5);
        s.RealType(0);
        CheckChannels(s, 5);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.KeepWithVectors(1, 2, 3, 4);

    // one multiplication and one addition once the statistics are folded to a factor and an offset
    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, 2 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), scale = new(inputs[1]!), bias = new(inputs[2]!), mean = new(inputs[3]!), variance = new(inputs[4]!), y = new(outputs[0]);
        AxisSlices slices = Channels(inputs[0]!.Shape);
        for (int i = 0; i < y.Length; i++)
        {
            int c = i / slices.Inner % slices.Length;
            y[i] = (x[i] - mean[c]) / Math.Sqrt(variance[c] + Epsilon) * scale[c] + bias[c];
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Float("epsilon", Epsilon);
        w.Float("momentum", Momentum);
    }

    /// <summary>Checks that inputs 1 to count - 1 are vectors of one number for each channel.</summary>
    internal static void CheckChannels(InferScope s, int count)
    {
        Shape x = s.ShapeOfRank(0, 1, int.MaxValue);
        Dim channels = x.Rank > 1 ? x[1] : 1;
        for (int i = 1; i < count; i++)
        {
            s.RealType(i);
            if (!s.ShapeOfRank(i, 1, 1)[0].Agrees(channels))
                throw s.Fail($"input {i} ('{s.Node.Input(i)}') has {s.Shape(i)[0]} numbers, the input has {channels} channels.");
        }
    }

    /// <summary>The view of x along its channels; a vector is one channel.</summary>
    internal static AxisSlices Channels(Shape x) => x.Rank > 1 ? AxisSlices.Of(x, 1) : new AxisSlices(x.Fixed[0], 1, 1);

    private static Operator Read(OperatorReader r)
    {
        if (!r.Flag("spatial", true))
            throw new UnsupportedException($"Node '{r.NodeName}' (BatchNormalization): statistics for each position (spatial = 0) are not supported.");
        if (r.Flag("training_mode") || (r.Opset < 14 && r.OutputCount > 1)) return BatchStatisticsNormalization.Read(r);
        return new BatchNormalization { Epsilon = r.Float("epsilon", 1e-5f), Momentum = r.Float("momentum", 0.9f) };
    }
}
