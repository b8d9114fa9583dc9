namespace Pare.Operators;

/// <summary>The largest element of each channel: [N, C, ...] -> [N, C, 1, ...].</summary>
public sealed partial record GlobalMaxPool : Operator
{
    /// <summary>How it is read.</summary>
    public static OperatorSpec Spec { get; } = new("GlobalMaxPool", _ => new GlobalMaxPool());

    /// <inheritdoc/>
    public override string Name => "GlobalMaxPool";

    /// <inheritdoc/>
    public override void Infer(InferScope s)
    {
        s.Inputs(1, 1);
        s.Output(s.RealType(0), GlobalAveragePool.OutputShape(s));
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
            double best = double.NegativeInfinity;
            for (int i = 0; i < inner; i++) best = Math.Max(best, x[plane * inner + i]);
            y[plane] = best;
        }
    }
}
