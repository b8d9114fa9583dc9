namespace Pare.Operators;

/// <summary>y = x / sqrt(mean of x^2 + epsilon) * scale, the mean over all axes from <see cref="Axis"/> on. Inputs x, scale (broadcast to x).</summary>
/// <remarks>Zhang, Sennrich, NeurIPS 2019. Scalar definitions compute in double whatever <see cref="StatisticsType"/> says.</remarks>
public sealed record RmsNormalization : Operator
{
    /// <summary>The first normalized axis, from the end where it is negative.</summary>
    public int Axis { get; init; } = -1;

    /// <summary>Added to the mean square.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The type in which the file wants the mean computed.</summary>
    public DType StatisticsType { get; init; } = DType.F32;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("RMSNormalization", r => new RmsNormalization
    {
        Axis = r.Int32("axis", -1),
        Epsilon = r.Float("epsilon", 1e-5f),
        StatisticsType = StashType.Read(r),
    }, SinceOpset: 23);

    /// <inheritdoc/>
    public override string Name => "RMSNormalization";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(2, 2);
        s.RealType(0);
        s.Axis(Axis, s.Shape(0).Rank);
        LayerNormalization.CheckParameters(s, s.Shape(0));
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.KeepWithOperands(1);

    /// <inheritdoc/>
    // squares and their sum: 2, factor: 2
    public override OperatorCost Cost(InferScope s) => new(0, 4 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var scaleAt = new Operand(inputs[1]!.Shape, inputs[0]!.Shape);
        Reals x = new(inputs[0]!), scale = new(inputs[1]!), y = new(outputs[0]);
        int length = LayerNormalization.RowLength(inputs[0]!.Shape, Axis);
        for (int start = 0; start < x.Length; start += length)
        {
            double square = 0;
            for (int i = start; i < start + length; i++) square += x[i] * x[i] / length;
            double inverse = 1 / Math.Sqrt(square + Epsilon);
            for (int i = start; i < start + length; i++) y[i] = x[i] * inverse * scale[scaleAt.At(i)];
        }
    }

    /// <inheritdoc/>
    public override void Write(OperatorWriter w)
    {
        w.Since(23, Name);
        if (Axis != -1) w.Int("axis", Axis);
        w.Float("epsilon", Epsilon);
        StashType.Write(w, StatisticsType);
    }
}
