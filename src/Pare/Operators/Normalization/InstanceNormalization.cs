namespace Pare.Operators;

/// <summary>y = (x - mean) / sqrt(variance + epsilon) * scale + bias, statistics of each channel of each picture. Inputs x, scale, bias.</summary>
public sealed record InstanceNormalization : Operator
{
    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("InstanceNormalization", r => new InstanceNormalization { Epsilon = r.Float("epsilon", 1e-5f) });

    /// <inheritdoc/>
    public override string Name => "InstanceNormalization";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(3, 3);
        s.RealType(0);
        s.ShapeOfRank(0, 3, int.MaxValue);
        BatchNormalization.CheckChannels(s, 3);
        s.Output(0, s.Type(0));
    }

    /// <inheritdoc/>
    // Where a reshape made rows of groups of channels (a group normalization spelled out) the rows stay and become shorter.
    public override void Channels(ChannelScope s)
    {
        if (s.Input(0) is { } map && map.Along(1) is null && !map.Varies(1)) s.Output(map);
        else s.KeepWithVectors(1, 2);
    }

    // mean: 1, variance: 3, factor and offset: 2
    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, 6 * s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), scale = new(inputs[1]!), bias = new(inputs[2]!), y = new(outputs[0]);
        AxisSlices slices = AxisSlices.Of(inputs[0]!.Shape, 1);
        for (int plane = 0; plane < slices.Outer * slices.Length; plane++)
        {
            int start = plane * slices.Inner, c = plane % slices.Length;
            double mean = 0, variance = 0;
            for (int i = 0; i < slices.Inner; i++) mean += x[start + i] / slices.Inner;
            for (int i = 0; i < slices.Inner; i++) variance += (x[start + i] - mean) * (x[start + i] - mean) / slices.Inner;
            for (int i = 0; i < slices.Inner; i++)
                y[start + i] = (x[start + i] - mean) / Math.Sqrt(variance + Epsilon) * scale[c] + bias[c];
        }
    }

    /// <inheritdoc/>
    public override void Differentiate(GradientScope s) => StandardizeGradient.ByChannel(s, new StandardizeGradient(2, 1, Epsilon));

    /// <inheritdoc/>
    public override void Write(OperatorWriter w) => w.Float("epsilon", Epsilon);
}
