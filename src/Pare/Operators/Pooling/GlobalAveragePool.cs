namespace Pare.Operators;

/// <summary>The mean of each channel: [N, C, ...] -> [N, C, 1, ...].</summary>
public sealed partial record GlobalAveragePool : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("GlobalAveragePool", _ => new GlobalAveragePool());

    /// <inheritdoc/>
    public override string Name => "GlobalAveragePool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(s.RealType(0), OutputShape(s));
    }

    /// <inheritdoc/>
    public override void Channels(ChannelScope s) => s.Keep();

    /// <inheritdoc/>
    public override OperatorCost Cost(InferScope s) => new(0, s.Shape(0).Elements);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<Tensor?> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Reals x = new(inputs[0]!), y = new(outputs[0]);
        int inner = x.Length / Math.Max(1, y.Length);
        for (int plane = 0; plane < y.Length; plane++)
        {
            double sum = 0;
            for (int i = 0; i < inner; i++) sum += x[plane * inner + i];
            y[plane] = sum / inner;
        }
    }

    internal static Shape OutputShape(InferScope s)
    {
        Shape x = s.ShapeOfRank(0, 3, int.MaxValue);
        var lengths = new Dim[x.Rank];
        Array.Fill(lengths, 1);
        (lengths[0], lengths[1]) = (x[0], x[1]);
        return new Shape(lengths);
    }
}
